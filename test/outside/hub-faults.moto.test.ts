import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, inject, it } from 'vitest';
import {
  createDelay,
  createEventBridgeBus,
  createSender,
  type Send,
} from '../../shared/adapters/bus-eventbridge/index.ts';
import { createDeadLetters, type FunctionQueue } from '../../shared/adapters/dead-letters-sqs/index.ts';
import { createS3Documents } from '../../shared/adapters/documents-s3/index.ts';
import { createOutbox } from '../../shared/adapters/outbox/index.ts';
import { createDynamoStore } from '../../shared/adapters/store-dynamodb/index.ts';
import { createHandler } from '../../services/outbox/main.lambda.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { happened, sampleEvent } from '../contract/samples.ts';
import { createHubBus, depthOf, type HubBus } from './hub-bus.ts';
import { createBucket, createTable, credentials, dynamoAt, region, s3At } from './moto-clients.ts';
import { until } from './network-time.ts';
import { openStream } from './table-stream.ts';
import { startWire, type Course } from './wire.ts';

const endpoint = inject('motoEndpoint');
const clock = { now: () => Date.now() };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function hubWith(name: string): Promise<{ readonly hub: HubBus; readonly queue: FunctionQueue }> {
  const hub = await createHubBus(endpoint);
  await hub.provision(name, happened);
  return { hub, queue: hub.queueOf(name) };
}

const delayOf = ({ delayQueueUrl: queueUrl, delayQueueArn: queueArn, sqs, scheduler, scheduleGroup }: HubBus) =>
  createDelay({
    ...{ queueUrl, queueArn, sqs, scheduler, scheduleGroup, clock },
    schedulerRoleArn: 'arn:aws:iam::1:role/s',
  });

const senderOf = (hub: HubBus): Send =>
  createSender({ eventBus: hub.eventBus, client: hub.bridge, clock, delay: delayOf(hub) });

describe('an event of 300 KB', () => {
  it('goes by way of the bucket and arrives whole', async () => {
    const { hub, queue } = await hubWith('one');
    const s3 = s3At(endpoint);
    const documents = createS3Documents({ client: s3, bucket: await createBucket(s3) });
    const { eventBus, bridge: client, sqs } = hub;
    const large = { eventBus, client, sqs, clock, documents, maximumBytes: 1024 * 1024 };
    const bus = createEventBridgeBus({ ...large, queueOf: () => queue, waitSeconds: 1 });
    const got: Envelope[] = [];
    const deliver = (event: Envelope) => Promise.resolve(void got.push(event));
    bus.subscribe({ consumer: 'one/on-it', pattern: happened, deliver });
    const event = sampleEvent('large', { data: { text: 'é'.repeat(150 * 1024) } });
    expect(await bus.publish([{ event }])).toEqual(['accepted']);
    await bus.start();
    ends.push(() => bus.stop());
    await until(() => got.length === 1, 'the event is delivered');
    expect(got).toEqual([event]);
  });
});

describe('an event due in an hour', () => {
  it('is a schedule that ends in the delay queue, and one however often it is asked for', async () => {
    const { hub } = await hubWith('one');
    const entry = { event: sampleEvent('later'), dueAt: Date.UTC(2036, 0, 2, 3, 4, 5) };
    const send = senderOf(hub);
    expect([await send([entry]), await send([entry])]).toEqual([['accepted'], ['accepted']]);
    const { scheduleName } = await import('../../shared/adapters/bus-eventbridge/delay.ts');
    const found = await hub.scheduler.send(
      new GetScheduleCommand({ Name: scheduleName(entry.event), GroupName: hub.scheduleGroup }),
    );
    expect(found).toMatchObject({
      ScheduleExpression: 'at(2036-01-02T03:03:05)',
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: hub.delayQueueArn },
    });
    expect(JSON.parse(found.Target?.Input ?? '')).toEqual({ dueAt: entry.dueAt, event: entry.event });
  });
});

describe('the outbox function', () => {
  async function setup() {
    const { hub, queue } = await hubWith('one');
    const client = dynamoAt(endpoint);
    const table = await createTable(client);
    const next = await openStream(endpoint, client, table);
    const measured: [string, number][] = [];
    const outbox = createOutbox({ client, table });
    const measure = (name: string, value: number) => void measured.push([name, value]);
    const handle = createHandler({ ...outbox, send: senderOf(hub), logger: silentLogger, clock, measure });
    const storeAt = (agoMs: number) =>
      createDynamoStore({ client, table, owner: 'monitor', clock: { now: () => Date.now() - agoMs } });
    const records = storeAt(0);
    const pending = async () => {
      const found: string[] = [];
      for await (const page of outbox.leftovers('monitor'))
        found.push(...page.map(({ publication }) => publication.event.id));
      return found.sort();
    };
    const commit = (agoMs: number, event: Envelope) => storeAt(agoMs).commit({ writes: [], events: [{ event }] });
    return { hub, queue, handle, next, pending, commit, records, measured };
  }
  const present = (id: string) => sampleEvent(id, { time: new Date().toISOString() });

  it('sends what a transaction committed, from the stream, and deletes the items', async () => {
    const { hub, queue, handle, next, pending, records } = await setup();
    const events = Array.from({ length: 30 }, (_, index) => ({ event: present(`e${index}`) }));
    await records.commit({ writes: [{ key: 'a/b', expectedVersion: 0, value: 1 }], events });
    await records.commit({ writes: [], events: [{ event: present('due'), dueAt: Date.now() + 60_000 }] });
    expect((await pending()).length).toBe(31);
    expect(await handle({ Records: await next() })).toEqual({ batchItemFailures: [] });
    expect(await pending()).toEqual([]);
    expect([await depthOf(hub.sqs, queue.queueUrl), await depthOf(hub.sqs, hub.delayQueueUrl)]).toEqual([30, 1]);
    // Its own deletions come along the stream too.
    expect(await handle({ Records: await next() })).toEqual({ batchItemFailures: [] });
    expect(await depthOf(hub.sqs, queue.queueUrl)).toBe(30);
  });

  it('sweeps up what the stream missed, and measures how long it lay', async () => {
    const { hub, queue, handle, pending, commit, measured } = await setup();
    await commit(300_000, sampleEvent('old'));
    await commit(600_000, sampleEvent('older'));
    // When it was committed counts, and not when somebody says that it happened.
    await commit(0, sampleEvent('new', { time: '2020-01-01T00:00:00Z' }));
    expect(await handle({ source: 'aws.scheduler' })).toMatchObject({ sent: 2, left: 0 });
    expect(await pending()).toEqual(['new']);
    expect(await depthOf(hub.sqs, queue.queueUrl)).toBe(2);
    const lag = measured.find(([name]) => name === 'OutboxLagSeconds')?.[1] ?? 0;
    expect(lag).toBeGreaterThanOrEqual(600);
    expect(lag).toBeLessThan(700);
  });
});

describe('dead letters', () => {
  it('show what crashed its function every time', async () => {
    const { hub, queue } = await hubWith('one');
    await senderOf(hub)([{ event: sampleEvent('a') }]);
    const request = { QueueUrl: queue.queueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 1 };
    // The queue's own limit of 20 receives, and the one that moves it.
    for (let receive = 0; receive <= 20; receive++) await hub.sqs.send(new ReceiveMessageCommand(request));
    const letters = createDeadLetters({ client: hub.sqs, queues: hub.queues, clock });
    const [dead, ...more] = await letters.list();
    expect(more).toEqual([]);
    expect(dead).toMatchObject({
      consumer: 'one',
      event: sampleEvent('a'),
      attempts: 20,
      error: { name: 'HandlerCrashed' },
    });
    expect(await letters.redrive([dead?.id ?? ''])).toBe(1);
    expect([await depthOf(hub.sqs, queue.queueUrl), await letters.list()]).toEqual([1, []]);
  });

  it('are in one queue at least, wherever a redrive is interrupted', async () => {
    const { hub, queue } = await hubWith('one');
    let broken = '';
    const wire = await startWire(endpoint, ({ action }): Course => {
      return action === broken
        ? { kind: 'answer', status: 500, body: { __type: 'InternalFailure' } }
        : { kind: 'pass' };
    });
    ends.push(() => wire.close());
    const sqs = new SQSClient({ endpoint: wire.endpoint, region, credentials, maxAttempts: 1 });
    // SQS clients go to the address in the queue's URL.
    const at = (url: string) => url.replace(endpoint, wire.endpoint);
    const queues = { one: { queueUrl: at(queue.queueUrl), deadLetterQueueUrl: at(queue.deadLetterQueueUrl) } };
    const { eventBus, bridge: client } = hub;
    const bus = createEventBridgeBus({ eventBus, client, sqs: hub.sqs, clock, queueOf: () => queue, waitSeconds: 1 });
    const deliver = () => Promise.reject(Object.assign(new Error('never'), { terminal: true }));
    bus.subscribe({ consumer: 'one/on-it', pattern: happened, deliver });
    await bus.publish([{ event: sampleEvent('a') }]);
    const letters = createDeadLetters({ client: sqs, queues, clock });
    await bus.start();
    for (let look = 0; look < 20 && (await letters.list()).length === 0; look++);
    await bus.stop();
    const depths = async () => [
      await depthOf(hub.sqs, queue.queueUrl),
      await depthOf(hub.sqs, queue.deadLetterQueueUrl),
    ];
    expect(await depths()).toEqual([0, 1]);

    broken = 'SendMessageBatch';
    await expect(letters.redrive('all')).rejects.toThrow();
    expect(await depths()).toEqual([0, 1]);
    broken = 'DeleteMessageBatch';
    await expect(letters.redrive('all')).rejects.toThrow();
    expect(await depths()).toEqual([1, 1]);
    broken = '';
    expect((await letters.list()).map(({ error }) => error.message)).toEqual(['never']);
    expect(await letters.redrive('all')).toBe(1);
    // The one that was sent and could not be deleted was sent again: twice, never lost.
    expect(await depths()).toEqual([2, 0]);
  });
});
