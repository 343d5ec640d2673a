import middy from '@middy/core';
import {
  createTelemetry,
  hubLeaseFrom,
  once,
  type Environment,
  type HubLease,
} from '../../shared/adapters/lambda/index.ts';
import { outboxFrom, readPending, senderFrom } from '../../shared/adapters/outbox/index.ts';
import { isStreamEvent, relayStream, type StreamEvent, type StreamResponse } from './stream.ts';
import { nothingSwept, owners, standbyOwner, sweep, type SweepPorts, type Swept } from './sweep.ts';

export interface OutboxFunctionPorts extends Omit<SweepPorts, 'now'> {
  readonly clock: { now(): number };
  measure(name: 'OutboxLagSeconds' | 'OutboxLeft', value: number, unit: 'Seconds' | 'Count'): void;
  /** Where there is a standby hub: whether this one is the active one. */
  readonly standing?: HubLease['standing'] | undefined;
}

type OutboxFunction = (event: unknown, context?: object) => Promise<StreamResponse | Swept>;

/** While nothing is left over, a look at every shard this often will do; what was left over is looked after with every call. */
export const restMs = 5 * 60_000;

/** The function as Lambda calls it: with a batch of the table's stream, or by a schedule to sweep up what the stream missed. */
export function createHandler(ports: OutboxFunctionPorts): OutboxFunction {
  const { standing = () => Promise.resolve('active'), clock } = ports;
  const owned = ports.standing === undefined ? owners : [...owners, standbyOwner];
  let restUntil = 0;

  async function sweepAndMeasure(): Promise<Swept> {
    const now = clock.now();
    if (now < restUntil || (await standing()) !== 'active') return nothingSwept;
    const swept = await sweep({ ...ports, now }, owned);
    const { sent, left, lagSeconds, failed } = swept;
    ports.measure('OutboxLagSeconds', lagSeconds, 'Seconds');
    ports.measure('OutboxLeft', left, 'Count');
    // The schedule is not to the second: a call that comes a little early is the one that was meant.
    if (sent + left + failed.length === 0) restUntil = now + restMs - earlyMs;
    if (failed.length === 0) return swept;
    throw new Error(`the outbox of ${failed.join(', ')} could not be read to the end: the log says why`);
  }

  async function relayed(event: StreamEvent): Promise<StreamResponse> {
    switch (await standing()) {
      case 'active':
        return relayStream(event, readPending, ports);
      case 'waiting':
        // In a moment it is known whose they are: until then, everything from the first on comes again.
        return { batchItemFailures: [{ itemIdentifier: event.Records[0]?.dynamodb?.SequenceNumber ?? '' }] };
      case 'standby':
        // The other hub sends them, or this one after it has taken over: they stay in the table.
        return { batchItemFailures: [] };
    }
  }

  const lambda = middy(async (event: unknown) => (isStreamEvent(event) ? relayed(event) : sweepAndMeasure()));
  return (event, context = {}) => lambda(event, context as never) as Promise<StreamResponse | Swept>;
}

const earlyMs = 10_000;

/** @throws Error naming the variable that is missing. */
function compose(environment: Environment): OutboxFunction {
  const clock = { now: () => Date.now() };
  const telemetry = createTelemetry('outbox');
  const { logger, measure } = telemetry;
  const handle = createHandler({
    ...outboxFrom(environment),
    send: senderFrom(environment, clock),
    ...{ logger, measure, clock },
    standing: hubLeaseFrom(environment, clock)?.standing,
  });
  return (event, context) => handle(event, context).finally(() => telemetry.flush());
}

const composed = once(() => compose(process.env));

/** Two event sources: the table's stream (ReportBatchItemFailures on), and a schedule, once a minute. */
export async function handler(event: unknown, context?: object): Promise<StreamResponse | Swept> {
  return (await composed())(event, context);
}
