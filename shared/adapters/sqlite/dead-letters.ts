import type { Envelope } from '../../contracts/envelope.ts';
import { toTime } from '../../ports/clock.ts';
import type { DeadLetter, DeadLetters } from '../../ports/event-log.ts';
import type { DeliveryRows } from './delivery-rows.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Journal } from './journal.ts';
import type { Names } from './names.ts';
import type { Statements } from './statements.ts';

interface Surroundings {
  readonly statements: Statements;
  readonly names: Names;
  readonly group: GroupCommit;
  readonly journal: Journal;
  readonly rows: DeliveryRows;
}

type Row = Readonly<Record<string, unknown>>;

export function deadLetters({ statements, names, group, journal, rows }: Surroundings): DeadLetters {
  const redriveRow = ({ id, consumer, sequence }: Row): void => {
    statements.unbury.run(Number(id));
    journal.requeue(names.nameOf(Number(consumer)), Number(sequence), rows.event(Number(sequence)));
  };
  const redriveOne = (id: string): number => {
    const row = statements.deadLetter.get(Number(id));
    if (row !== undefined) redriveRow(row);
    return row === undefined ? 0 : 1;
  };
  /** By pages, each its own step of a group: thousands of dead letters must not stop everything else. */
  const redriveAll = async (): Promise<number> => {
    let found = 0;
    for (let after = 0; ;) {
      const page = statements.deadAfter.all(after);
      if (page.length === 0) return found;
      await group.submit(() => page.forEach(redriveRow));
      found += page.length;
      after = Number(page[page.length - 1]?.['id']);
    }
  };
  return {
    async list({ after, limit = 100 } = {}) {
      // What died a moment ago is still on its way to the file.
      await group.submit(() => undefined);
      return statements.deadLetters.all(Number(after ?? 0), limit).map((row) => toDeadLetter(row, names));
    },
    async redrive(ids) {
      await group.submit(() => undefined);
      if (ids === 'all') return redriveAll();
      const known = ids.filter((id) => /^\d{1,15}$/.test(id));
      return group.submit(() => known.reduce((found, id) => found + redriveOne(id), 0));
    },
  };
}

function toDeadLetter(row: Row, names: Names): DeadLetter {
  return {
    id: String(row['id']),
    consumer: names.nameOf(Number(row['consumer'])),
    event: JSON.parse(String(row['body'])) as Envelope,
    attempts: Number(row['attempts']),
    error: { name: String(row['name']), message: String(row['message']) },
    deadSince: toTime(Number(row['since'])),
  };
}
