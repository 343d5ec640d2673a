import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { handler } from '../../services/event-log/main.lambda.ts';
import { createDynamoLog } from '../../shared/adapters/log-dynamodb/index.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { sampleEvent } from '../contract/samples.ts';
import { createBucket, createTable, credentials, dynamoAt, region, s3At } from './moto-clients.ts';

const endpoint = inject('motoEndpoint');
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
  vi.unstubAllEnvs();
});

/** What infra/aws sets, with the emulator in AWS's place by the SDK's own variables. */
async function deployed() {
  const [dynamo, s3, sqs] = [dynamoAt(endpoint), s3At(endpoint), new SQSClient({ endpoint, region, credentials })];
  const folder = mkdtempSync(join(tmpdir(), 'event-log-'));
  ends.push(() => rmSync(folder, { recursive: true }), ...[dynamo, s3, sqs].map((client) => () => client.destroy()));
  const consumers = [{ consumer: 'test/one', pattern: { 'detail-type': ['contract.happened'] } }];
  writeFileSync(join(folder, 'consumers.json'), JSON.stringify(consumers));
  const table = await createTable(dynamo);
  const queueOf = async (name: string) =>
    String((await sqs.send(new CreateQueueCommand({ QueueName: `${table}-${name}` }))).QueueUrl);
  const [queueUrl, deadLetterQueueUrl] = [await queueOf('log'), await queueOf('log-dead')];
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    HOMEOSTASIS_TABLE: table,
    HOMEOSTASIS_DOCUMENTS: await createBucket(s3),
    HOMEOSTASIS_QUEUE_URL: queueUrl,
    HOMEOSTASIS_DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
    LAMBDA_TASK_ROOT: folder,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return { dynamo, sqs, table, queueUrl, deadLetterQueueUrl };
}

it('the event log function enters what its queue brings, once, and buries what is no event', async () => {
  const { dynamo, sqs, table, queueUrl, deadLetterQueueUrl } = await deployed();
  const events = ['a', 'b', 'a'].map((id) => JSON.stringify(toBusEvent(sampleEvent(id))));
  for (const body of [...events, 'garbage']) {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
  }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }));
  const Records = Messages.map(({ MessageId = '', Body = '', ReceiptHandle = '' }) => ({
    messageId: MessageId,
    body: Body,
    receiptHandle: ReceiptHandle,
    attributes: { ApproximateReceiveCount: '1' },
  }));
  expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
  expect(await handler({ Records: Records.slice(0, 3) })).toEqual({ batchItemFailures: [] });
  const log = createDynamoLog({
    client: dynamo,
    table,
    routes: { consumers: () => [], match: () => [] },
    replayTo: () => Promise.resolve(),
  });
  const entries = await log.read({});
  expect(entries.map(({ sequence, event, consumers }) => [sequence, event.id, consumers])).toEqual([
    [1, 'a', 1],
    [2, 'b', 1],
  ]);
  const dead = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetterQueueUrl, MaxNumberOfMessages: 10 }));
  expect(dead.Messages?.map(({ Body }) => Body)).toEqual(['garbage']);
});
