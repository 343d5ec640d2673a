import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Queues } from './replay-to-queues.ts';

/** How much waits, as SQS counts it: about right. */
export interface Depth {
  readonly queued: number;
  readonly deadLetters: number;
}

/** By function, and in all. */
export async function depthOf(client: SQSClient, queues: Queues): Promise<Depth & { readonly functions: Depths }> {
  const measured = await Promise.all(
    Object.entries(queues).map(async ([of, { queueUrl, deadLetterQueueUrl }]) => {
      const [queued, deadLetters] = await Promise.all([count(client, queueUrl), count(client, deadLetterQueueUrl)]);
      return [of, { queued, deadLetters }] as const;
    }),
  );
  const sum = (name: keyof Depth): number => measured.reduce((all, [, depth]) => all + depth[name], 0);
  return { queued: sum('queued'), deadLetters: sum('deadLetters'), functions: Object.fromEntries(measured) };
}
type Depths = Readonly<Record<string, Depth>>;

async function count(client: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((all, name) => all + Number(Attributes?.[name] ?? 0), 0);
}
