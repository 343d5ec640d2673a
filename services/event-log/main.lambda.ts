import middy from '@middy/core';
import {
  createTelemetry,
  once,
  recordsOf,
  type BatchResponse,
  type QueueFunction,
} from '../../shared/adapters/lambda/index.ts';
import { logFunctionFrom, type LogFunctionPorts } from '../../shared/adapters/log-dynamodb/log-function.ts';
import { logBatch } from './log-batch.ts';

/** The function as Lambda calls it, with a batch of its queue: every event of the bus goes into the log. */
export function createHandler({ failed, ...ports }: LogFunctionPorts): QueueFunction {
  const lambda = middy(async (event: unknown): Promise<BatchResponse> => {
    const again: { itemIdentifier: string }[] = [];
    for (const failure of await logBatch(recordsOf(event), ports)) {
      const { messageId } = failure.record;
      if (await failed({ ...failure, consumer: 'event-log' })) again.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures: again };
  });
  return (event, context) => lambda(event, (context ?? {}) as never) as Promise<BatchResponse>;
}

function compose(): QueueFunction {
  const telemetry = createTelemetry('event-log');
  const handle = createHandler(logFunctionFrom(process.env, telemetry));
  return (event, context) => handle(event, context).finally(() => telemetry.flush());
}

const composed = once(compose);

/** Event source: the queue that a rule for every event fills (ReportBatchItemFailures on, one invocation at a time). */
export async function handler(...[event, context]: Parameters<QueueFunction>): Promise<BatchResponse> {
  return (await composed())(event, context);
}
