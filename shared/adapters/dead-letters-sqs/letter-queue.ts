import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunksOf } from '../bus-eventbridge/entries.ts';
import { attribute, text } from './message.ts';

/** Batches of ten messages from a dead-letter queue, until an answer is empty. Whoever takes a batch keeps or releases it. */
export async function* batches(client: SQSClient, QueueUrl: string, visibleAgainSeconds: number) {
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: visibleAgainSeconds,
        // A short poll asks some of the queue's servers only: empty would not mean empty.
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return;
    yield Messages;
  }
}

const handles = (messages: readonly Message[]) =>
  messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));

/** Makes peeked messages visible at once. One that cannot be becomes visible by itself a little later. */
export async function release(client: SQSClient, QueueUrl: string, messages: readonly Message[]): Promise<void> {
  for (const chunk of chunksOf(messages, () => 0)) {
    const Entries = handles(chunk).map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

/**
 * Sends messages back to the function's queue, and deletes from the dead-letter queue what has arrived there: interrupted in
 * between, a message is in both, which the processed marks make harmless. Never is it in neither.
 * @returns how many were sent.
 */
export async function moveBack(
  client: SQSClient,
  { from, to }: { readonly from: string; readonly to: string },
  messages: readonly Message[],
): Promise<number> {
  let moved = 0;
  for (const chunk of chunksOf(messages, ({ Body = '' }) => Buffer.byteLength(Body))) {
    const Entries = chunk.map((message, index) => ({ Id: String(index), ...again(message) }));
    const { Successful = [], Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: to, Entries }));
    const sent = chunk.filter((_, index) => Successful.some(({ Id }) => Id === String(index)));
    if (sent.length > 0) {
      await client.send(new DeleteMessageBatchCommand({ QueueUrl: from, Entries: handles(sent) }));
    }
    moved += sent.length;
    const [refused] = Failed;
    if (refused !== undefined) {
      throw new Error(
        `${Failed.length} dead letters were not taken by ${to} (${refused.Code}: ${refused.Message}); ${moved} were redriven, the others are where they were: redrive again`,
      );
    }
  }
  return moved;
}

/** With its consumer's name: other consumers in the same function have handled the event, or have a letter of their own. */
function again(message: Message) {
  const consumer = attribute(message, 'consumer');
  return {
    MessageBody: message.Body,
    ...(consumer === undefined ? {} : { MessageAttributes: { consumer: text(consumer) } }),
  };
}

/** How often SQS hands a message out before it moves it to the dead-letter queue by itself; 0 when it never does. */
export async function maxReceiveCountOf(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const policy = JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}') as { readonly maxReceiveCount?: unknown };
  return Number(policy.maxReceiveCount ?? 0);
}
