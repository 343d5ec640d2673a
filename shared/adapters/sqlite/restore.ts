import type { Dispatcher } from './dispatcher.ts';
import type { Names } from './names.ts';
import type { Statements } from './statements.ts';

interface Surroundings {
  readonly statements: Statements;
  readonly names: Names;
  readonly dispatcher: Dispatcher;
}

/** After a restart: what had not been acknowledged is queued as it was. Bodies stay in the file until they are handed out. */
export function restore({ statements, names, dispatcher }: Surroundings): void {
  for (const row of statements.queued.iterate()) {
    const consumer = Number(row['consumer']);
    dispatcher.add({
      queue: dispatcher.queueOf(consumer, names.nameOf(consumer)),
      sequence: Number(row['sequence']),
      subject: row['subject'] === null ? undefined : String(row['subject']),
      event: undefined,
      size: 0,
      dueAt: Number(row['due_at']),
      attempts: Number(row['attempts']),
    });
  }
}
