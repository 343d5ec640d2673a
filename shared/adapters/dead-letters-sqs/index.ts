import { SQSClient, type Message } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import type { DeadLetter, DeadLetters } from '../../ports/event-log.ts';
import { batches, maxReceiveCountOf, moveBack, release } from './letter-queue.ts';
import { attribute, letterId, readLetter, sentAt, type FunctionQueue } from './message.ts';

export { deadLetterMessage, type Death, type FunctionQueue } from './message.ts';

export interface DeadLettersOptions {
  readonly client?: SQSClient;
  /** By function: where it reads, and where what it could not handle ends. */
  readonly queues: Readonly<Record<string, FunctionQueue>>;
  /** Of the machine: redriving stops at letters that died after it began. */
  readonly clock: Clock;
  /** Letters looked at in each queue, oldest batches first as SQS gives them. Default 1,000. */
  readonly most?: number;
}

/** Hidden while it is looked at or moved; an interrupted look makes it visible again this much later. */
const peekSeconds = 30;

/**
 * The dead letters of the hub: what stands in the functions' dead-letter queues, seen together, oldest first.
 *
 * A look takes letters out of sight for a moment, so that two looks at once may each see a part. `after` and ids stay valid
 * between looks: an id carries the time of death.
 * @example
 * const letters = createDeadLetters({ queues: { placement: { queueUrl, deadLetterQueueUrl } }, clock: Date });
 * await letters.redrive('all');
 */
export function createDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { client = new SQSClient({}), queues, clock, most = 1000 } = options;

  async function peek(of: string, { queueUrl, deadLetterQueueUrl }: FunctionQueue): Promise<DeadLetter[]> {
    const seen: Message[] = [];
    try {
      for await (const batch of batches(client, deadLetterQueueUrl, peekSeconds)) {
        seen.push(...batch);
        if (seen.length >= most) break;
      }
    } finally {
      await release(client, deadLetterQueueUrl, seen);
    }
    const crashed = seen.some((message) => attribute(message, 'errorName') === undefined);
    const maxReceiveCount = crashed ? await maxReceiveCountOf(client, queueUrl) : 0;
    return seen.map((message) => readLetter(message, of, maxReceiveCount));
  }

  async function redriveFrom(
    { queueUrl, deadLetterQueueUrl }: FunctionQueue,
    wanted: (message: Message) => boolean,
  ): Promise<number> {
    const route = { from: deadLetterQueueUrl, to: queueUrl };
    const held: Message[] = [];
    let moved = 0;
    try {
      for await (const batch of batches(client, deadLetterQueueUrl, peekSeconds)) {
        const chosen = batch.filter(wanted);
        held.push(...batch);
        moved += await moveBack(client, route, chosen);
        held.splice(0, held.length, ...held.filter((message) => !chosen.includes(message)));
        if (held.length >= most) break;
      }
    } finally {
      // What was passed over, and after a failure what was to be moved: seen again at once.
      await release(client, deadLetterQueueUrl, held);
    }
    return moved;
  }

  const each = async <T>(act: (of: string, queue: FunctionQueue) => Promise<T>): Promise<T[]> =>
    Promise.all(Object.entries(queues).map(([of, queue]) => act(of, queue)));

  return {
    async list({ after = '', limit = 100 } = {}) {
      const letters = (await each(peek)).flat();
      // By code units, not by language: the same order as the comparison with `after`.
      const order = letters.sort((a, b) => (a.id < b.id ? -1 : 1));
      return order.filter(({ id }) => id > after).slice(0, limit);
    },
    async redrive(ids) {
      // A letter that dies again while we move its neighbours must not be moved for ever.
      const begun = clock.now();
      const moved = await each((of, queue) => {
        if (ids === 'all') return redriveFrom(queue, (message) => sentAt(message) <= begun);
        const own = new Set(ids.filter((id) => id.split('.')[1] === of));
        return own.size === 0 ? Promise.resolve(0) : redriveFrom(queue, (message) => own.has(letterId(message, of)));
      });
      return moved.reduce((sum, count) => sum + count, 0);
    },
  };
}
