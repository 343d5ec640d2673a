import middy from '@middy/core';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { processBatch } from '../../shared/pipeline/batch.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import { toTime, type Clock } from '../../shared/ports/clock.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { createAwsApi } from './aws-api.ts';
import { handlers } from './handlers.ts';
import { envelopeOf, recordsOf, type SqsEvent, type SqsRecord } from './received.ts';
import { parseSettings } from './settings.ts';
import { createTarget } from './target.ts';

export interface EntryPorts {
  readonly target: CloudTarget;
  readonly publish: EventBus['publish'];
  readonly clock: Clock;
}

/** What Lambda does with a batch: these records come again, the others are deleted from the queue. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Told of every record that failed: Lambda's answer carries only its id. */
export type OnFailed = (messageId: string, error: unknown) => void;

/** Lambda's context lets middy end a batch before the time is up; in process there is none. */
type LambdaHandler = (event: unknown, context?: object) => Promise<BatchResponse>;

/** The function as Lambda calls it. One poison record never fails its neighbours. */
export function createHandler({ target, publish, clock }: EntryPorts, failed: OnFailed): LambdaHandler {
  const byType = new Map(handlers(target).map((handler) => [handler.contract.type, handler]));

  async function handle(record: SqsRecord): Promise<void> {
    const event = envelopeOf(record, { time: toTime(clock.now()) });
    const handler = byType.get(event.type);
    if (handler === undefined) {
      throw new InvalidEvent('type', `is "${event.type}"; this function reads ${[...byType.keys()].join(', ')}`);
    }
    if (event.cloud !== undefined && event.cloud !== handler.cloud) {
      throw new InvalidEvent('cloud', `is "${event.cloud}"; this function reads commands for "${handler.cloud}"`);
    }
    await processStateless(handler, event, { bus: { publish }, clock });
  }

  const lambda = middy(async (event: unknown): Promise<BatchResponse> => {
    const entries = recordsOf(event).map((record) => ({ id: record.messageId, value: record }));
    const result = await processBatch(entries, handle);
    for (const { id, error } of result.failed) failed(id, error);
    return { batchItemFailures: result.failed.map(({ id }) => ({ itemIdentifier: id })) };
  });
  return (event, context = {}) => lambda(event, context as never) as Promise<BatchResponse>;
}

/**
 * The same entry, in process: each event travels as the SQS record that EventBridge would put on the queue, through the middy
 * handler. What failed is thrown, so that the caller's queue can see whether and when to try again.
 */
export function createEntry(ports: EntryPorts): (event: Envelope) => Promise<void> {
  return async (event) => {
    const errors: unknown[] = [];
    const handle = createHandler(ports, (_, error) => errors.push(error));
    const batch: SqsEvent = { Records: [{ messageId: event.id, body: JSON.stringify(toBusEvent(event)) }] };
    const { batchItemFailures } = await handle(batch);
    if (batchItemFailures.length > 0) throw errors[0];
  };
}

/** @throws Error naming the variable that is missing or wrong. */
async function compose(environment: Readonly<Record<string, string | undefined>>): Promise<LambdaHandler> {
  const text = environment['HOMEOSTASIS_AWS_SETTINGS'];
  const busName = environment['HOMEOSTASIS_EVENT_BUS'];
  if (!text) throw new Error('set HOMEOSTASIS_AWS_SETTINGS to the settings of the AWS deployer, as JSON');
  if (!busName) throw new Error('set HOMEOSTASIS_EVENT_BUS to the name or ARN of the event bus that reports go to');
  const settings = parseSettings(JSON.parse(text) as unknown);
  // Loaded here: whoever runs the entry in process has a bus of their own.
  const { createPublisher } = await import('./publisher.ts');
  const target = createTarget(createAwsApi(settings), settings);
  const ports = { target, publish: createPublisher(busName), clock: { now: () => Date.now() } };
  return createHandler(ports, (messageId, error) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${JSON.stringify({ level: 'error', what: 'record failed', messageId, name, message })}\n`);
  });
}

// Composed by the first batch: whoever imports this file for `createEntry` has none of these variables. What is missing is named in
// the invocation's error, and the batch stays in the queue.
let composed: Promise<LambdaHandler> | undefined;

/** Configure as `main.handler`, with an SQS event source that reports batch item failures. */
export async function handler(event: unknown, context?: object): Promise<BatchResponse> {
  composed ??= compose(process.env);
  const handle = await composed.catch((error: unknown) => {
    composed = undefined;
    throw error;
  });
  return handle(event, context);
}
