import { readEvent } from '../../shared/adapters/bus-eventbridge/claim-check.ts';
import { createQueueFunction, type Failure, type QueueFunction } from '../../shared/adapters/lambda/queue-function.ts';
import type { SqsEvent } from '../../shared/adapters/lambda/sqs-batch.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import type { MetricSource } from '../../shared/ports/metric-source.ts';
import { handlers } from './handlers.ts';

export interface EntryPorts {
  readonly target: CloudTarget;
  /** Absent: the cloud is never asked what it measured. */
  readonly metrics?: MetricSource;
  readonly publish: EventBus['publish'];
  readonly clock: Clock;
  /** The command in a message's body; by default one that did not travel by reference. */
  readonly receive?: (body: string) => Promise<Envelope>;
  /** Where there is a standby hub: asked before a cloud is touched. @throws NotTheActiveHub */
  readonly active?: () => Promise<unknown>;
}

/** Told of every record that failed: Lambda's answer carries only its id. @returns whether it is to come again. */
export type OnFailed = (failure: Failure) => Promise<boolean>;

/** The function as Lambda calls it. One poison record never fails its neighbours. */
export function createHandler(ports: EntryPorts, failed: OnFailed): QueueFunction {
  const { target, metrics, publish, clock } = ports;
  const receive =
    ports.receive ?? ((body: string) => Promise.resolve(body).then((text) => readEvent(text, clock.now())));
  return createQueueFunction({
    handlers: handlers(target, metrics),
    receive,
    run: async (handler, event) => {
      await ports.active?.();
      await processStateless(handler, event, { bus: { publish }, clock });
    },
    failed,
  });
}

/**
 * The same entry, in process: each event travels as the SQS record that EventBridge would put on the queue, through the middy
 * handler. What failed is thrown, so that the caller's queue can see whether and when to try again.
 */
export function createEntry(ports: EntryPorts): (event: Envelope) => Promise<void> {
  return async (event) => {
    const errors: unknown[] = [];
    const handle = createHandler(ports, ({ error }) => Promise.resolve(errors.push(error) > 0));
    const batch: SqsEvent = { Records: [{ messageId: event.id, body: JSON.stringify(toBusEvent(event)) }] };
    const { batchItemFailures } = await handle(batch);
    if (batchItemFailures.length > 0) throw errors[0];
  };
}
