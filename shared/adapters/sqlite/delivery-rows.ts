import type { Envelope } from '../../contracts/envelope.ts';
import type { DeadLetter } from '../../ports/event-log.ts';
import type { Entry } from './consumer-queue.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Statements } from './statements.ts';

/** What becomes of queue rows after a delivery. All of it may wait: lost in a crash, the event is delivered once more. */
export class DeliveryRows {
  readonly #statements: Statements;
  readonly #group: GroupCommit;

  constructor(statements: Statements, group: GroupCommit) {
    this.#statements = statements;
    this.#group = group;
  }

  event(sequence: number): Envelope {
    const row = this.#statements.bySequence.get(sequence);
    return JSON.parse(String(row?.['body'])) as Envelope;
  }

  acknowledge({ queue, sequence }: Entry): void {
    this.#group.defer(() => void this.#statements.unqueue.run(queue.id, sequence));
  }

  postpone({ queue, sequence, attempts, dueAt }: Entry): void {
    this.#group.defer(() => void this.#statements.postpone.run(attempts, dueAt, queue.id, sequence));
  }

  bury({ queue, sequence, attempts }: Entry, { name, message }: DeadLetter['error'], since: number): void {
    this.#group.defer(() => {
      this.#statements.bury.run(queue.id, sequence, attempts, name, message, since);
      this.#statements.unqueue.run(queue.id, sequence);
    });
  }
}
