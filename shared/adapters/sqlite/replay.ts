import type { DatabaseSync } from 'node:sqlite';
import { UnknownConsumer, type EventLog, type LogEntry } from '../../ports/event-log.ts';
import type { Routes } from '../memory/routes.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Journal } from './journal.ts';
import { readLog } from './log-reader.ts';
import type { Transactions } from './transactions.ts';

interface Surroundings {
  readonly db: DatabaseSync;
  readonly group: GroupCommit;
  readonly routes: Routes;
  readonly journal: Journal;
  readonly transactions: Transactions;
}

/** Page by page, each its own step of a group: replaying a long log must not stop what happens meanwhile. */
export async function replay(request: Parameters<EventLog['replay']>[0], surroundings: Surroundings): Promise<number> {
  const { db, group, routes, journal, transactions } = surroundings;
  const { consumer, after, until = journal.last } = request;
  if (routes.get(consumer) === undefined) throw new UnknownConsumer(consumer, routes.consumers());
  const again = ({ sequence, event }: LogEntry): number => {
    if (!routes.match(event).includes(consumer)) return 0;
    transactions.clearMark({ consumer, source: event.source, id: event.id }, sequence);
    return journal.requeue(consumer, sequence, event) ? 1 : 0;
  };
  let queued = 0;
  for (let from = after; from < until;) {
    const page = readLog(db, { after: from, limit: 500 }).filter(({ sequence }) => sequence <= until);
    const last = page[page.length - 1];
    if (last === undefined) break;
    queued += await group.submit(() => page.reduce((sum, entry) => sum + again(entry), 0));
    from = last.sequence;
  }
  return queued;
}
