import middy from '@middy/core';
import { createTelemetry, once, type Environment } from '../../shared/adapters/lambda/index.ts';
import { outboxFrom, readOutboxItem, senderFrom } from '../../shared/adapters/outbox/index.ts';
import { isStreamEvent, relayStream, type StreamResponse } from './stream.ts';
import { sweep, type SweepPorts, type Swept } from './sweep.ts';

export interface OutboxFunctionPorts extends Omit<SweepPorts, 'now'> {
  readonly clock: { now(): number };
  measure(name: 'OutboxLagSeconds' | 'OutboxLeft', value: number, unit: 'Seconds' | 'Count'): void;
}

type OutboxFunction = (event: unknown, context?: object) => Promise<StreamResponse | Swept>;

/** The function as Lambda calls it: with a batch of the table's stream, or by a schedule to sweep up what the stream missed. */
export function createHandler(ports: OutboxFunctionPorts): OutboxFunction {
  async function sweepAndMeasure(): Promise<Swept> {
    const swept = await sweep({ ...ports, now: ports.clock.now() });
    ports.measure('OutboxLagSeconds', swept.lagSeconds, 'Seconds');
    ports.measure('OutboxLeft', swept.left, 'Count');
    if (swept.failed.length === 0) return swept;
    throw new Error(`the outbox of ${swept.failed.join(', ')} could not be read to the end: the log says why`);
  }
  const lambda = middy(async (event: unknown) =>
    isStreamEvent(event) ? relayStream(event, readOutboxItem, ports) : sweepAndMeasure(),
  );
  return (event, context = {}) => lambda(event, context as never) as Promise<StreamResponse | Swept>;
}

/** @throws Error naming the variable that is missing. */
function compose(environment: Environment): OutboxFunction {
  const clock = { now: () => Date.now() };
  const telemetry = createTelemetry('outbox');
  const { logger, measure } = telemetry;
  const handle = createHandler({
    ...outboxFrom(environment),
    send: senderFrom(environment, clock),
    logger,
    measure,
    clock,
  });
  return (event, context) => handle(event, context).finally(() => telemetry.flush());
}

const composed = once(() => compose(process.env));

/** Two event sources: the table's stream (ReportBatchItemFailures on), and a schedule, once a minute. */
export async function handler(event: unknown, context?: object): Promise<StreamResponse | Swept> {
  return (await composed())(event, context);
}
