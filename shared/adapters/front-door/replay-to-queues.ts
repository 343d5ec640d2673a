import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { BusUnavailable } from '../../ports/event-bus.ts';
import { chunksOf } from '../bus-eventbridge/entries.ts';
import type { FunctionQueue } from '../dead-letters-sqs/index.ts';
import { text } from '../dead-letters-sqs/message.ts';
import type { ReplayTo } from '../log-dynamodb/index.ts';

export type Queues = Readonly<Record<string, FunctionQueue>>;

/** Commands for deployers in other clouds stand in the relay's queue. */
const relay = 'relay';

/** The queue of the function that a consumer belongs to. @throws Error when none was deployed. */
export function queueOf(consumer: string, queues: Queues): FunctionQueue {
  const of = consumer.slice(0, consumer.indexOf('/'));
  const queue = queues[of] ?? (of.startsWith('deployer-') ? queues[relay] : undefined);
  if (queue !== undefined) return queue;
  throw new Error(`HOMEOSTASIS_QUEUES names no queue for ${consumer}: deploy the hub with infra/aws`);
}

/** Sends events of the log to a function's queue, as the bus would have brought them. @throws BusUnavailable (replay again) */
export function replayToQueues(client: SQSClient, queues: Queues): ReplayTo {
  return async (consumer, events) => {
    const { queueUrl: QueueUrl } = queueOf(consumer, queues);
    const bodies = events.map((event) => JSON.stringify(event));
    for (const chunk of chunksOf(bodies, Buffer.byteLength)) {
      const Entries = chunk.map((MessageBody, index) => ({
        Id: String(index),
        MessageBody,
        MessageAttributes: { consumer: text(consumer) },
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      const [first] = Failed;
      if (first === undefined) continue;
      throw new BusUnavailable(
        `${Failed.length} events were not taken by ${QueueUrl} (${first.Code}: ${first.Message})`,
      );
    }
  };
}
