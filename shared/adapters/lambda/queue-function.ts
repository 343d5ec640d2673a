import middy from '@middy/core';
import { InvalidEvent, type Envelope } from '../../contracts/envelope.ts';
import { processBatch } from '../../pipeline/batch.ts';
import type { Handler } from '../../pipeline/handler.ts';
import { recordsOf, type BatchResponse, type SqsRecord } from './sqs-batch.ts';

/** What Lambda says of an invocation, as far as we read it. In process there is none. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export type QueueFunction = (event: unknown, context?: LambdaContext) => Promise<BatchResponse>;

export interface QueueFunctionOptions {
  readonly handlers: readonly Handler[];
  /** The event in a message's body. */
  receive(body: string): Promise<Envelope>;
  /** Runs one handler on one event: the pipeline. */
  run(handler: Handler, event: Envelope): Promise<unknown>;
  /** Told of every record that failed, and of every one that was not begun (NotReached). @returns whether it is to come again; false when it was put aside durably. */
  failed(failure: Failure): Promise<boolean>;
}

export interface Failure {
  readonly record: SqsRecord;
  readonly error: unknown;
  /** Absent when nobody here reads the event, or there is none in the record. */
  readonly consumer?: string;
  /** Absent when there is none in the record. */
  readonly event?: Envelope;
}

/** With less than this left, no further record is begun. */
const reserveMs = 3_000;
/** Left for settling a record that takes too long, and for answering: Lambda would end the process, and every neighbour would come again. */
const answerMs = 1_000;

/** There was no time left for this record: it comes again, and nothing is wrong with it. */
export class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** What the handler waits for takes longer than the function may run. It may still be done later, and is then refused as a duplicate. */
class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** A function that reads a queue, as Lambda calls it. One poison record never fails its neighbours. */
export function createQueueFunction({ handlers, receive, run, failed }: QueueFunctionOptions): QueueFunction {
  const byType = new Map(handlers.map((handler) => [handler.contract.type, handler]));

  /** @throws what the record failed with, when it is to come again. */
  async function handle(record: SqsRecord, context: Partial<LambdaContext>): Promise<void> {
    const leftMs = context.getRemainingTimeInMillis?.() ?? Infinity;
    if (leftMs < reserveMs) {
      const error = new NotReached('the time is up');
      // Whoever settles it gets what time there is; without, it stays hidden for as long as after a crash.
      if (leftMs > answerMs) await within(leftMs - answerMs, () => failed({ record, error })).catch(() => undefined);
      throw error;
    }
    let about: Pick<Failure, 'consumer' | 'event'> = {};
    try {
      await within(leftMs - answerMs, async () => {
        const event = await receive(record.body);
        about = { event };
        const handler = readerOf(event, byType);
        about = { event, consumer: handler.consumer };
        await run(handler, event);
      });
    } catch (error) {
      // Settled before the next record is begun: what is logged about it is logged beside what it logged itself.
      if (await failed({ record, error, ...about })) throw error;
    }
  }

  const lambda = middy(
    async (event: unknown, context: Partial<LambdaContext>): Promise<BatchResponse> => {
      const entries = recordsOf(event).map((record) => ({ id: record.messageId, value: record }));
      const again = await processBatch(entries, (record) => handle(record, context));
      return { batchItemFailures: again.failed.map(({ id }) => ({ itemIdentifier: id })) };
      // Its own answer, a moment before the end, would be an error of the whole batch.
    },
    { timeoutEarlyInMillis: 0 },
  );
  return (event, context) => lambda(event, (context ?? {}) as never) as Promise<BatchResponse>;
}

/** @throws OutOfTime after `ms`; what was begun is not stopped. */
async function within(ms: number, work: () => Promise<unknown>): Promise<void> {
  if (ms === Infinity) return void (await work());
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfTime("not done within the function's time")), ms);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws InvalidEvent when nobody here reads it. */
function readerOf(event: Envelope, byType: ReadonlyMap<string, Handler>): Handler {
  const handler = byType.get(event.type);
  if (handler === undefined) {
    throw new InvalidEvent('type', `is "${event.type}"; this function reads ${[...byType.keys()].join(', ')}`);
  }
  if (handler.cloud !== undefined && event.cloud !== undefined && event.cloud !== handler.cloud) {
    throw new InvalidEvent('cloud', `is "${event.cloud}"; this function reads commands for "${handler.cloud}"`);
  }
  return handler;
}
