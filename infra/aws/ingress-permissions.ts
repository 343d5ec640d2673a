import { Stack } from 'aws-cdk-lib';
import type { Watched } from './alarms.ts';
import { ownRecords, readRecords, someItems, useDocuments } from './grants.ts';
import type { HubFunction } from './hub-function.ts';
import type { Storage } from './storage.ts';

export interface Serving {
  readonly storage: Storage;
  /** Whose records people may read. */
  readonly services: readonly string[];
  /** Whose dead letters people may see and put back. */
  readonly watched: readonly Watched[];
}

/** Takes events into the outbox, shows everybody's records and the log, and puts back what died. */
export function mayServe(fn: HubFunction, { storage, services, watched }: Serving): void {
  ownRecords(fn, storage);
  readRecords(fn, storage, services);
  someItems(fn, storage, { sid: 'LogEntries', actions: ['GetItem', 'Query', 'BatchGetItem'], keys: ['log', 'log#*'] });
  // A replay clears the consumer's marks.
  someItems(fn, storage, { sid: 'Replay', actions: ['DeleteItem', 'BatchWriteItem'], keys: ['*#mark#*'] });
  useDocuments(fn, storage, 'read and write');
  const queues = watched.flatMap(({ fn: { name }, queue }) => (queue === undefined ? [] : [{ name, queue }]));
  fn.allow({
    sid: 'Redrive',
    actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
    resources: queues.map(({ queue }) => queue.queue.queueArn),
  });
  fn.allow({
    sid: 'DeadLetters',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    resources: queues.map(({ queue }) => queue.deadLetters.queueArn),
  });
  const urls = queues.map(({ name, queue }) => [
    name,
    { queueUrl: queue.queue.queueUrl, deadLetterQueueUrl: queue.deadLetters.queueUrl },
  ]);
  fn.lambda.addEnvironment('HOMEOSTASIS_QUEUES', Stack.of(fn).toJsonString(Object.fromEntries(urls)));
}
