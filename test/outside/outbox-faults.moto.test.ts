import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createHandler } from '../../services/outbox/main.lambda.ts';
import { createDelay, createSender } from '../../shared/adapters/bus-eventbridge/index.ts';
import { createOutbox } from '../../shared/adapters/outbox/index.ts';
import { createDynamoStore, readOutboxItem } from '../../shared/adapters/store-dynamodb/index.ts';
import { createOutboxPublisher } from '../../shared/adapters/store-dynamodb/publish.ts';
import { BusUnavailable } from '../../shared/ports/event-bus.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { happened, sampleEvent } from '../contract/samples.ts';
import { cancelled, hasty, nth, refused } from './dynamo-faults.ts';
import { createHubBus, depthOf } from './hub-bus.ts';
import { createTable, credentials, dynamoAt, region } from './moto-clients.ts';
import { openStream } from './table-stream.ts';
import { startWire, type Course, type Passing } from './wire.ts';

const endpoint = inject('motoEndpoint');
const clock = { now: () => Date.now() };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** What came over a wire that does with a call what `course` says. */
async function wireWith(course: (passing: Passing, asked: readonly Passing[]) => Course) {
  const asked: Passing[] = [];
  const wire = await startWire(endpoint, (passing) => {
    asked.push(passing);
    return course(passing, asked);
  });
  ends.push(() => wire.close());
  // One attempt only: what the SDK tries again by itself is not what is tested.
  return { asked, client: { endpoint: wire.endpoint, region, credentials, maxAttempts: 1 } };
}

interface Entry {
  readonly Detail: string;
}
const entriesOf = ({ body }: Passing): readonly Entry[] => (JSON.parse(body) as { Entries: Entry[] }).Entries;
const idOf = ({ Detail }: Entry): string => (JSON.parse(Detail) as { id: string }).id;

/** Takes the others, and says inside its 200 that it did not take this one. Source: API Reference, PutEvents, "FailedEntryCount". */
function refuseEntry(passing: Passing, id: string, ErrorCode: string): Course {
  const entries = entriesOf(passing);
  const others = entries.filter((entry) => idOf(entry) !== id);
  const failed = { ErrorCode, ErrorMessage: 'not this one' };
  if (others.length === entries.length) return { kind: 'pass' };
  if (others.length === 0) return { kind: 'answer', status: 200, body: { FailedEntryCount: 1, Entries: [failed] } };
  return {
    kind: 'change',
    body: { ...(JSON.parse(passing.body) as object), Entries: others },
    answer: (given) => {
      const taken = (JSON.parse(given) as { Entries: unknown[] }).Entries;
      const Entries = entries.map((entry) => (idOf(entry) === id ? failed : taken.shift()));
      return { FailedEntryCount: 1, Entries };
    },
  };
}

describe('the outbox function on a bad wire', () => {
  async function setup(course: (passing: Passing, asked: readonly Passing[]) => Course) {
    const hub = await createHubBus(endpoint);
    await hub.provision('one', happened);
    const { asked, client } = await wireWith(course);
    const dynamo = dynamoAt(endpoint);
    const table = await createTable(dynamo);
    const next = await openStream(endpoint, dynamo, table);
    const delays: number[] = [];
    const timer = hasty(delays);
    // SQS clients go to the address in the queue's URL.
    const queueUrl = hub.delayQueueUrl.replace(endpoint, client.endpoint);
    const [sqs, scheduler, bridge] = [
      new SQSClient(client),
      new SchedulerClient(client),
      new EventBridgeClient(client),
    ];
    const { delayQueueArn: queueArn, scheduleGroup, eventBus } = hub;
    const schedulerRoleArn = 'arn:aws:iam::1:role/s';
    const delay = createDelay({ queueUrl, queueArn, sqs, scheduler, scheduleGroup, clock, timer, schedulerRoleArn });
    const outbox = createOutbox({ client: dynamo, table });
    const said: string[] = [];
    const logger = { ...silentLogger, error: (message: string) => void said.push(message) };
    const send = createSender({ eventBus, client: bridge, clock, delay, timer });
    const handle = createHandler({ ...outbox, send, logger, clock, measure: () => undefined });
    const records = createDynamoStore({ client: dynamo, table, owner: 'monitor', clock });
    const batch = async (...events: readonly (readonly [id: string, dueInMs?: number])[]) => {
      for (const [id, dueInMs] of events) {
        const due = dueInMs === undefined ? {} : { dueAt: Date.now() + dueInMs };
        await records.commit({ writes: [], events: [{ event: sampleEvent(id), ...due }] });
      }
      return (await next()).filter(({ eventName }) => eventName === 'INSERT');
    };
    const left = async () => {
      const found: string[] = [];
      for await (const page of outbox.leftovers('monitor'))
        found.push(...page.map(({ publication }) => publication.event.id));
      return found.sort();
    };
    const arrived = async () => {
      const request = { QueueUrl: hub.queueOf('one').queueUrl, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await hub.sqs.send(new ReceiveMessageCommand(request));
      return Messages.map(({ Body = '' }) => (JSON.parse(Body) as { detail: { id: string } }).detail.id).sort();
    };
    const puts = () => asked.filter(({ action }) => action === 'PutEvents').map((each) => entriesOf(each).map(idOf));
    ends.push(() => [dynamo, sqs, scheduler, bridge].forEach((each) => each.destroy()));
    return { hub, handle, batch, left, arrived, puts, delays, said, asked };
  }

  it('sends again only the entry that failed inside a 200', async () => {
    const { handle, batch, left, arrived, puts, delays } = await setup((passing, asked) =>
      passing.action === 'PutEvents' && nth(asked, 'PutEvents') === 1
        ? refuseEntry(passing, 'b', 'InternalFailure')
        : { kind: 'pass' },
    );
    expect(await handle({ Records: await batch(['a'], ['b'], ['c']) })).toEqual({ batchItemFailures: [] });
    expect(puts()).toEqual([['a', 'b', 'c'], ['b']]);
    expect(await arrived()).toEqual(['a', 'b', 'c']);
    expect([await left(), delays.length]).toEqual([[], 1]);
  });

  it('reports the entry that keeps failing, keeps its item, and sends it once the fault is over', async () => {
    let broken = true;
    const { handle, batch, left, arrived, puts } = await setup((passing) =>
      broken && passing.action === 'PutEvents' ? refuseEntry(passing, 'b', 'ThrottlingException') : { kind: 'pass' },
    );
    const records = await batch(['a'], ['b'], ['c']);
    const itemIdentifier = records[1]?.dynamodb.SequenceNumber;
    expect(await handle({ Records: records })).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    expect(puts()).toEqual([['a', 'b', 'c'], ...Array.from({ length: 5 }, () => ['b'])]);
    expect([await left(), await arrived()]).toEqual([['b'], ['a', 'c']]);
    broken = false;
    // Lambda goes on from the lowest that is reported, so that what stands behind it comes again.
    expect(await handle({ Records: records.slice(1) })).toEqual({ batchItemFailures: [] });
    expect([await left(), await arrived()]).toEqual([[], ['b', 'c']]);
  });

  it('reports all of a batch that is throttled to the end, and loses nothing of it', async () => {
    let broken = true;
    const { handle, batch, left, arrived, puts, delays } = await setup(({ action }) =>
      broken && action === 'PutEvents' ? refused('ThrottlingException') : { kind: 'pass' },
    );
    const records = await batch(['a'], ['b']);
    const batchItemFailures = records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber }));
    expect(await handle({ Records: records })).toEqual({ batchItemFailures });
    expect([puts().length, delays.length]).toEqual([6, 5]);
    expect([await left(), await arrived()]).toEqual([['a', 'b'], []]);
    broken = false;
    expect(await handle({ Records: records })).toEqual({ batchItemFailures: [] });
    expect([await left(), await arrived()]).toEqual([[], ['a', 'b']]);
  });

  it('is not held up by an event that the bus will never take, and does not throw it away', async () => {
    const { handle, batch, left, arrived, puts, said } = await setup((passing) =>
      passing.action === 'PutEvents' ? refuseEntry(passing, 'b', 'MalformedDetail') : { kind: 'pass' },
    );
    expect(await handle({ Records: await batch(['a'], ['b'], ['c']) })).toEqual({ batchItemFailures: [] });
    expect(puts()).toEqual([['a', 'b', 'c']]);
    expect([await left(), await arrived(), said]).toEqual([['b'], ['a', 'c'], ['outbox.stuck']]);
  });

  it('holds events that are not due through a delay queue and a Scheduler that refuse at first', async () => {
    const { hub, handle, batch, left, asked } = await setup((passing, before) => {
      if (passing.action === 'SendMessageBatch' && nth(before, 'SendMessageBatch') === 1) {
        const Failed = [{ Id: '0', SenderFault: false, Code: 'InternalError' }];
        return { kind: 'answer', status: 200, body: { Successful: [], Failed } };
      }
      const isFirst = before.filter(({ service }) => service === 'scheduler').length === 1;
      if (passing.service !== 'scheduler' || !isFirst) return { kind: 'pass' };
      return { kind: 'answer', status: 429, body: { Message: 'Rate exceeded' } };
    });
    const records = await batch(['soon', 60_000], ['later', 3_600_000]);
    expect(await handle({ Records: records })).toEqual({ batchItemFailures: [] });
    expect(await left()).toEqual([]);
    expect(await depthOf(hub.sqs, hub.delayQueueUrl)).toBe(1);
    expect(asked.filter(({ service }) => service === 'scheduler').length).toBe(2);
  });
});

describe('publishing by way of the outbox on a bad wire', () => {
  async function setup(course: (passing: Passing, asked: readonly Passing[]) => Course) {
    const { asked, client: wired } = await wireWith(course);
    const direct = dynamoAt(endpoint);
    const table = await createTable(direct);
    const next = await openStream(endpoint, direct, table);
    const client = dynamoAt(wired.endpoint);
    const delays: number[] = [];
    const own = { client, table, owner: 'ingress', consumer: 'ingress/accept', clock, newToken: () => randomUUID() };
    const publish = createOutboxPublisher({ ...own, timer: hasty(delays), random: () => 0.5 });
    ends.push(() => [direct, client].forEach((each) => each.destroy()));
    /** Entered since the last look. */
    const entered = async () =>
      (await next()).flatMap(({ dynamodb }) => readOutboxItem(dynamodb.NewImage ?? {})?.publication.event.id ?? []);
    const entries = (...ids: readonly string[]) => ids.map((id) => ({ event: sampleEvent(id) }));
    return { publish, entries, entered, asked, delays };
  }
  const transactions = (asked: readonly Passing[]) => nth(asked, 'TransactWriteItems');

  it('waits out a throttled table, and enters each event once', async () => {
    const { publish, entries, entered, asked, delays } = await setup((_, before) =>
      transactions(before) <= 2 ? cancelled('ThrottlingError', 'None', 'None', 'None') : { kind: 'pass' },
    );
    expect(await publish(entries('a', 'b'))).toEqual(['accepted', 'accepted']);
    expect([await entered(), transactions(asked), delays.length]).toEqual([['a', 'b'], 3, 2]);
  });

  it('enters nothing while the table stays throttled, says so, and takes them when they are sent again', async () => {
    let broken = true;
    const { publish, entries, entered, asked, delays } = await setup(() =>
      broken ? cancelled('None', 'None', 'ProvisionedThroughputExceeded', 'None') : { kind: 'pass' },
    );
    await expect(publish(entries('a', 'b'))).rejects.toBeInstanceOf(BusUnavailable);
    expect([await entered(), transactions(asked), delays.length]).toEqual([[], 6, 5]);
    broken = false;
    expect(await publish(entries('a', 'b'))).toEqual(['accepted', 'accepted']);
    expect(await entered()).toEqual(['a', 'b']);
  });

  it('leaves out what was accepted before, at once, and enters the rest', async () => {
    const { publish, entries, entered, asked, delays } = await setup(() => ({ kind: 'pass' }));
    await publish(entries('a', 'c'));
    expect(await publish(entries('a', 'b', 'c', 'd', 'b'))).toEqual([
      ...['duplicate', 'accepted', 'duplicate', 'accepted', 'duplicate'],
    ]);
    expect([await entered(), transactions(asked), delays]).toEqual([['a', 'c', 'b', 'd'], 3, []]);
  });

  it('has entered them once when the answer was lost and they are sent again', async () => {
    const { publish, entries, entered } = await setup((_, before) =>
      transactions(before) === 1 ? { kind: 'lose-answer' } : { kind: 'pass' },
    );
    // Accepted by DynamoDB, which knows the token; a duplicate to moto, which does not (known-gaps.ts): durable either way.
    const results = await publish(entries('a', 'b'));
    expect(new Set(results).size).toBe(1);
    expect(await publish(entries('a', 'b'))).toEqual(['duplicate', 'duplicate']);
    expect(await entered()).toEqual(['a', 'b']);
  });
});
