import type { Clock } from '../../ports/clock.ts';
import type { Entry } from './consumer-queue.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Journal } from './journal.ts';
import type { Statements } from './statements.ts';

export interface EmbeddedStats {
  /** Deliveries not yet acknowledged, delayed and retried ones included, to consumers that are subscribed. */
  readonly queued: number;
  /** How long the oldest delivery has been due and not acknowledged, in milliseconds. */
  readonly oldestDueAgeMs: number;
  /** Of those queued, how many have failed before. */
  readonly retries: number;
  readonly deadLetters: number;
  /** Events accepted since the file was made. */
  readonly published: number;
  /** SQLite transactions written by this process, each shared by what arrived together. */
  readonly groups: number;
  /** Deliveries kept for consumers that have not subscribed in this process, by name. */
  readonly abandoned: Readonly<Record<string, number>>;
}

interface Surroundings {
  readonly statements: Statements;
  readonly group: GroupCommit;
  readonly dispatcher: Dispatcher;
  readonly journal: Journal;
  readonly clock: Clock;
}

export function statsOf({ statements, group, dispatcher, journal, clock }: Surroundings): EmbeddedStats {
  const now = clock.now();
  const abandoned: Record<string, number> = {};
  let queued = 0;
  let oldestDueAgeMs = 0;
  let retries = 0;
  for (const { queue, dueAt, attempts } of everything(dispatcher)) {
    if (queue.subscription === undefined) {
      abandoned[queue.name] = (abandoned[queue.name] ?? 0) + 1;
      continue;
    }
    queued++;
    oldestDueAgeMs = Math.max(oldestDueAgeMs, now - dueAt);
    if (attempts > 0) retries++;
  }
  const dead = Number(statements.countDead.get()?.['count']);
  return {
    queued,
    oldestDueAgeMs,
    retries,
    deadLetters: dead,
    published: journal.last,
    groups: group.written,
    abandoned,
  };
}

function* everything(dispatcher: Dispatcher): Iterable<Entry> {
  for (const queue of dispatcher.queues) yield* queue.entries();
  yield* dispatcher.delayed;
}
