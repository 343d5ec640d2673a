import { DeleteMessageCommand, ReceiveMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { recordsOf, type BatchResponse } from '../../shared/adapters/lambda/index.ts';

/**
 * Reads a queue as Lambda's event source does, and calls the function with what it finds: what the function does not report is
 * deleted. @param most messages in a batch @returns how to stop, once the batch under way has ended.
 */
export function pollQueue(
  sqs: SQSClient,
  QueueUrl: string,
  handle: (event: unknown) => Promise<BatchResponse>,
  most = 10,
): { stop(): Promise<void> } {
  let stopped = false;
  const receive = async (): Promise<readonly Message[]> => {
    const request = { QueueUrl, MaxNumberOfMessages: most, WaitTimeSeconds: 1 };
    const names = ['ApproximateReceiveCount' as const];
    return (
      (await sqs.send(new ReceiveMessageCommand({ ...request, MessageSystemAttributeNames: names }))).Messages ?? []
    );
  };
  const step = async (): Promise<void> => {
    const messages = await receive();
    if (messages.length === 0) return;
    const Records = messages.map(({ MessageId, Body, ReceiptHandle, Attributes }) => ({
      ...{ messageId: MessageId, body: Body, receiptHandle: ReceiptHandle, attributes: Attributes },
    }));
    const { batchItemFailures } = await handle({ Records: recordsOf({ Records }) });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId = '', ReceiptHandle } of messages) {
      if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  const polling = (async () => {
    while (!stopped) await step();
  })();
  return {
    stop: async () => {
      stopped = true;
      await polling;
    },
  };
}
