import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import type { SqsRecord } from '../../shared/adapters/lambda/index.ts';
import { createBucket, createTable, credentials, dynamoAt, region, s3At } from './moto-clients.ts';
import { startMoto } from './moto-server.ts';

/** What a function that owns records stands on, in moto, and the hands to look at it with. */
export interface LambdaStage {
  readonly environment: Readonly<Record<string, string>>;
  /** Variables with which `hold` does not hold up the queues. */
  readonly queuesUnheld: Readonly<Record<string, string>>;
  /** @returns the messages' ids */
  send(bodies: readonly string[]): Promise<readonly string[]>;
  /** As many records as Lambda's event source would hand over, in order of sending. */
  receive(count: number): Promise<readonly SqsRecord[]>;
  /** Takes away what was handled, as the event source does. */
  settle(records: readonly SqsRecord[]): Promise<void>;
  /** Everything in the dead-letter queue; it is empty afterwards. */
  deadLetters(): Promise<readonly Letter[]>;
  /** Ids of the events that were processed. */
  marks(): Promise<readonly string[]>;
  /** Nothing that the function asks gets through for so long; `release` ends it. */
  hold(ms: number): void;
  release(): void;
  close(): Promise<void>;
}

export interface Letter {
  readonly body: string;
  readonly errorName?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly consumer?: string | undefined;
  readonly attempts?: string | undefined;
}

/** An event that the monitor reads, and does something about without any other having come before. */
export function eventOf(id: string, change: object = {}): Envelope {
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/outside',
    type: scheduleReconcile.type,
    subject: 'all',
    time: '2026-11-21T08:00:00Z',
    datacontenttype: 'application/json',
    correlationid: `cause-of-${id}`,
    data: {},
    ...change,
  } as Envelope;
}

export async function startStage(): Promise<LambdaStage> {
  const moto = await startMoto();
  const gate = await startGate(moto.endpoint);
  const [tables, sqs] = [dynamoAt(moto.endpoint), new SQSClient({ endpoint: moto.endpoint, region, credentials })];
  const [table, bucket] = [await createTable(tables), await createBucket(s3At(moto.endpoint))];
  const queueOf = async (QueueName: string): Promise<string> =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const [own, dead] = [await queueOf('own'), await queueOf('own-dead')];

  async function take(QueueUrl: string) {
    const options = { MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 60 };
    const asked = { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] };
    return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...options, ...asked }))).Messages ?? [];
  }

  return {
    queuesUnheld: { HOMEOSTASIS_QUEUE_URL: own, HOMEOSTASIS_DEAD_LETTER_QUEUE_URL: dead },
    environment: {
      // A queue's own URL says where it is, whatever the endpoint.
      AWS_ENDPOINT_URL: gate.endpoint,
      HOMEOSTASIS_TABLE: table,
      HOMEOSTASIS_DOCUMENTS: bucket,
      HOMEOSTASIS_QUEUE_URL: own.replace(moto.endpoint, gate.endpoint),
      HOMEOSTASIS_DEAD_LETTER_QUEUE_URL: dead.replace(moto.endpoint, gate.endpoint),
      POWERTOOLS_SERVICE_NAME: 'monitor',
    },
    async send(bodies) {
      const ids: string[] = [];
      for (const MessageBody of bodies) {
        const { MessageId = '' } = await sqs.send(new SendMessageCommand({ QueueUrl: own, MessageBody }));
        ids.push(MessageId);
      }
      return ids;
    },
    async receive(count) {
      const messages = await take(own);
      if (messages.length !== count) throw new Error(`${messages.length} messages came, ${count} were wanted`);
      return messages.map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes }) => ({
        messageId: MessageId,
        body: Body,
        receiptHandle: ReceiptHandle,
        attributes: { ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? '1' },
      }));
    },
    async settle(records) {
      for (const { receiptHandle: ReceiptHandle } of records) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: own, ReceiptHandle }));
      }
    },
    async deadLetters() {
      const messages = await take(dead);
      for (const { ReceiptHandle } of messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle }));
      }
      return messages.map(({ Body = '', MessageAttributes: of = {} }) => ({
        body: Body,
        errorName: of['errorName']?.StringValue,
        errorMessage: of['errorMessage']?.StringValue,
        consumer: of['consumer']?.StringValue,
        attempts: of['attempts']?.StringValue,
      }));
    },
    async marks() {
      const { Items = [] } = await tables.send(new ScanCommand({ TableName: table }));
      return Items.filter(({ kind }) => kind?.S === 'mark')
        .map(({ id }) => id?.S ?? '')
        .sort();
    },
    hold: (ms) => gate.hold(ms),
    release: () => gate.hold(0),
    async close() {
      await gate.close();
      await moto.stop();
    },
  };
}

/** A wire on which everything can be held up, connections that are open already too. */
async function startGate(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  let open: Promise<void> = Promise.resolve();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const both = [near, far];
    for (const socket of both) {
      socket.on('error', () => both.forEach((each) => each.destroy()));
      socket.on('close', () => both.forEach((each) => each.destroy()));
    }
    far.pipe(near);
    near.on('data', (chunk) => void open.then(() => far.writable && far.write(chunk)));
  });
  let timer: NodeJS.Timeout | undefined;
  let release = (): void => undefined;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(ms: number) {
      clearTimeout(timer);
      release();
      open = new Promise((resolve) => (release = resolve));
      timer = setTimeout(() => release(), ms);
    },
    async close() {
      clearTimeout(timer);
      release();
      server.close();
      await once(server, 'close');
    },
  };
}
