import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Envelope } from '../../contracts/envelope.ts';
import type { LogEntry, LogQuery } from '../../ports/event-log.ts';
import { hash53 } from './identity.ts';

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Events in one run of the correlation index, as a power of two: the schema's `sequence >> 12`. */
const runBits = 12;

/**
 * Reads the log. Without a correlation id it is walked in order until the page is full; with one, its index is asked run by run
 * (ten million events are some 2,400 runs, a few milliseconds).
 */
export function readLog(db: DatabaseSync, query: LogQuery): LogEntry[] {
  const { after = 0, before, limit = 100, type, subjectPrefix, correlationid } = query;
  const conditions: Condition[] = [{ sql: 'sequence > ?', values: [after] }];
  if (before !== undefined) conditions.push({ sql: 'sequence < ?', values: [before] });
  if (type !== undefined) conditions.push({ sql: 'type = ?', values: [type] });
  if (subjectPrefix !== undefined) conditions.push({ sql: 'instr(subject, ?) = 1', values: [subjectPrefix] });
  if (correlationid === undefined) return select(db, conditions, query, limit);
  conditions.push({ sql: 'correlation = ?', values: [hash53(correlationid)] });
  conditions.push({ sql: "body ->> '$.correlationid' = ?", values: [correlationid] });
  const found: LogEntry[] = [];
  for (const run of runs(db, query)) {
    if (found.length >= limit) break;
    const inRun = { sql: `sequence >> ${runBits} = ?`, values: [run] };
    found.push(...select(db, [inRun, ...conditions], query, limit - found.length));
  }
  return found;
}

function runs(db: DatabaseSync, { after = 0, before = Infinity, reverse }: LogQuery): number[] {
  const newest = Number(db.prepare('SELECT coalesce(max(sequence), 0) AS last FROM log').get()?.['last']);
  const last = Math.min(newest, before - 1);
  // Not >>: sequence numbers outgrow 32 bits.
  const [first, final] = [after, last].map((sequence) => Math.floor(sequence / 2 ** runBits)) as [number, number];
  const all = Array.from({ length: Math.max(0, final - first + 1) }, (_, i) => first + i);
  return reverse === true ? all.reverse() : all;
}

function select(db: DatabaseSync, where: readonly Condition[], { reverse }: LogQuery, limit: number): LogEntry[] {
  const sql = `SELECT sequence, consumers, body FROM log WHERE ${where.map((one) => one.sql).join(' AND ')}
    ORDER BY sequence ${reverse === true ? 'DESC' : 'ASC'} LIMIT ?`;
  return statement(db, sql)
    .all(...where.flatMap(({ values }) => values), limit)
    .map(({ sequence, consumers, body }) => ({
      sequence: Number(sequence),
      event: JSON.parse(String(body)) as Envelope,
      consumers: Number(consumers),
    }));
}

/** At most thirty-two shapes of query, asked again and again. */
const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

function statement(db: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(db) ?? new Map<string, StatementSync>();
  statements.set(db, known);
  const prepared = known.get(sql) ?? db.prepare(sql);
  known.set(sql, prepared);
  return prepared;
}
