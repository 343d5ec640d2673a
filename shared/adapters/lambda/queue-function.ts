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
  /** Told of every record that failed. @returns whether it is to come again; false when it was put aside durably. */
  failed(failure: Failure): Promise<boolean>;
}

export interface Failure {
  readonly record: SqsRecord;
  readonly error: unknown;
  /** Absent when nobody here reads the event, or there is none in the record. */
  readonly consumer?: string;
}

/** Left for answering Lambda, and for the handler under way to end. */
const reserveMs = 3_000;

/** There was no time left for this record: it comes again, and nothing is wrong with it. */
class NotReached extends Error {
  override readonly name = 'NotReached';
}

/** A function that reads a queue, as Lambda calls it. One poison record never fails its neighbours. */
export function createQueueFunction({ handlers, receive, run, failed }: QueueFunctionOptions): QueueFunction {
  const byType = new Map(handlers.map((handler) => [handler.contract.type, handler]));

  async function handle(record: SqsRecord, context: Partial<LambdaContext>): Promise<void> {
    if ((context.getRemainingTimeInMillis?.() ?? Infinity) < reserveMs) throw new NotReached('the time is up');
    const event = await receive(record.body);
    const handler = readerOf(event, byType);
    await run(handler, event).catch((error: unknown) => {
      throw new HandlerFailed(handler.consumer, error);
    });
  }

  async function comesAgain(record: SqsRecord, error: unknown): Promise<boolean> {
    if (error instanceof NotReached) return true;
    if (error instanceof HandlerFailed) return failed({ record, error: error.cause, consumer: error.consumer });
    return failed({ record, error });
  }

  const lambda = middy(async (event: unknown, context: Partial<LambdaContext>): Promise<BatchResponse> => {
    const records = recordsOf(event);
    const entries = records.map((record) => ({ id: record.messageId, value: record }));
    const result = await processBatch(entries, (record) => handle(record, context));
    const again: { itemIdentifier: string }[] = [];
    for (const { id, error } of result.failed) {
      const record = records.find(({ messageId }) => messageId === id);
      if (record !== undefined && (await comesAgain(record, error))) again.push({ itemIdentifier: id });
    }
    return { batchItemFailures: again };
  });
  return (event, context) => lambda(event, (context ?? {}) as never) as Promise<BatchResponse>;
}

class HandlerFailed extends Error {
  readonly consumer: string;
  constructor(consumer: string, cause: unknown) {
    super(`${consumer} failed`, { cause });
    this.consumer = consumer;
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
