import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Envelope } from '../../contracts/envelope.ts';
import type { LogEntry, LogQuery } from '../../ports/event-log.ts';
import { hash53 } from './identity.ts';

/** Reads the log; a correlation id goes by its index, everything else walks the log in order until the page is full. */
export function readLog(db: DatabaseSync, query: LogQuery): LogEntry[] {
  const { after = 0, limit = 100, type, subjectPrefix, correlationid, reverse = false } = query;
  const conditions: [string, SQLInputValue][] = [['sequence > ?', after]];
  if (type !== undefined) conditions.push(['type = ?', type]);
  if (subjectPrefix !== undefined) conditions.push(['instr(subject, ?) = 1', subjectPrefix]);
  if (correlationid !== undefined) {
    conditions.push(['correlation = ?', hash53(correlationid)], ["body ->> '$.correlationid' = ?", correlationid]);
  }
  const sql = `SELECT sequence, consumers, body FROM log WHERE ${conditions.map(([text]) => text).join(' AND ')}
    ORDER BY sequence ${reverse ? 'DESC' : ''} LIMIT ?`;
  return db
    .prepare(sql)
    .all(...conditions.map(([, value]) => value), limit)
    .map(({ sequence, consumers, body }) => ({
      sequence: Number(sequence),
      event: JSON.parse(String(body)) as Envelope,
      consumers: Number(consumers),
    }));
}
