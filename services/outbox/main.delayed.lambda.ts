import middy from '@middy/core';
import { readDelayed } from '../../shared/adapters/bus-eventbridge/index.ts';
import {
  activeOf,
  createTelemetry,
  hubLeaseFrom,
  once,
  recordsOf,
  type BatchResponse,
  type Environment,
  type SqsRecord,
} from '../../shared/adapters/lambda/index.ts';
import { delayFailures, senderFrom } from '../../shared/adapters/outbox/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { releaseDelayed, type DelayFailure } from './delayed.ts';
import type { OutboxPorts } from './ports.ts';

export interface DelayedFunctionPorts extends Pick<OutboxPorts, 'send'> {
  readonly clock: Clock;
  /** Where there is a standby hub. @throws NotTheActiveHub */
  active?(): Promise<unknown>;
  /** @returns whether the record is to come again; false when it was put aside durably. */
  failed(failure: DelayFailure<SqsRecord>): Promise<boolean>;
}

type DelayedFunction = (event: unknown, context?: object) => Promise<BatchResponse>;

/** The function as Lambda calls it: with a batch of the delay queue. */
export function createHandler({ send, clock, failed, active }: DelayedFunctionPorts): DelayedFunction {
  async function release(records: readonly SqsRecord[]): Promise<readonly DelayFailure<SqsRecord>[]> {
    try {
      await active?.();
    } catch (error) {
      return records.map((record) => ({ record, error }));
    }
    return releaseDelayed(records, (body) => readDelayed(body, clock.now()), { send });
  }

  const lambda = middy(async (event: unknown): Promise<BatchResponse> => {
    const failures = await release(recordsOf(event));
    const again: { itemIdentifier: string }[] = [];
    for (const failure of failures) {
      if (await failed(failure)) again.push({ itemIdentifier: failure.record.messageId });
    }
    return { batchItemFailures: again };
  });
  return (event, context = {}) => lambda(event, context as never) as Promise<BatchResponse>;
}

/** @throws Error naming the variable that is missing. */
function compose(environment: Environment): DelayedFunction {
  const clock = { now: () => Date.now() };
  const telemetry = createTelemetry('delayed');
  const failed = delayFailures(environment, clock, telemetry);
  const lease = hubLeaseFrom(environment, clock);
  const handle = createHandler({ clock, send: senderFrom(environment, clock), failed, ...activeOf(lease) });
  return (event, context) => handle(event, context).finally(() => telemetry.flush());
}

const composed = once(() => compose(process.env));

/** Event source: the delay queue, ReportBatchItemFailures on. */
export async function handler(event: unknown, context?: object): Promise<BatchResponse> {
  return (await composed())(event, context);
}
