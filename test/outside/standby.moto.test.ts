import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTableCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createOutbox } from '../../shared/adapters/outbox/index.ts';
import {
  identityOf,
  itemBytes,
  journalItemOf,
  journalObject,
  keyAttributes,
  markKey,
  outboxKey,
  recordKey,
  type TableKey,
} from '../../shared/adapters/store-dynamodb/index.ts';
import { pack } from '../../shared/adapters/memory/measure.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { NotTheActiveHub } from '../../shared/ports/lease-store.ts';
import { AlreadyProcessed } from '../../shared/ports/record-store.ts';
import { sampleEvent } from '../contract/samples.ts';
import { rights } from './standby-rights.ts';
import { consumer, regions, startPair, type Side } from './pair-of-hubs.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

type Pair = Awaited<ReturnType<typeof startPair>>;

/** A is active, and B's table holds its history. */
async function pairOfHubs(): Promise<Pair> {
  const pair = await startPair(inject('motoEndpoint'));
  ends.push(pair.close, () => {
    for (const who of ['keeper', 'follower', 'resync'] as const)
      expect([...pair.calls[who]].filter((call) => !rights[who].includes(call))).toEqual([]);
  });
  expect(await pair.hubs.a.look()).toMatchObject({ role: 'active', lease: { epoch: 1, tenure: 1 } });
  await pair.settle();
  expect(await pair.hubs.b.look()).toMatchObject({ role: 'standby' });
  expect(await pair.hubs.b.resync()).toEqual({ kind: 'whole' });
  return pair;
}

async function itemOf({ clients, tables }: Pair, side: Side, key: TableKey) {
  const Key = keyAttributes(key);
  const { Item } = await clients[side].send(new GetItemCommand({ TableName: tables[side], Key, ConsistentRead: true }));
  return Item;
}

async function stranded({ clients, tables }: Pair, side: Side): Promise<readonly string[]> {
  const query = new QueryCommand({
    TableName: tables[side],
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'standby#stranded' } },
  });
  const { Items = [] } = await clients[side].send(query);
  return Items.map((item) => `${item['why']?.S}: ${(JSON.parse(item['item']?.S ?? '') as Stranded).key?.S}`);
}
type Stranded = { readonly key?: { readonly S: string } };

const mark = ({ source, id }: Envelope) => ({ consumer, source, id });
const says = (id: string): Envelope => sampleEvent(id, { source: '/homeostasis/monitor' });

/** One event, handled: what is known of it counts up, and something is said of it. */
async function handle(pair: Pair, side: Side, event: Envelope, said: readonly Envelope[] = []): Promise<void> {
  const { records } = pair.hubs[side];
  const key = `seen/${event.id}`;
  const expectedVersion = (await records.get(key))?.version ?? 0;
  const writes = [{ key, expectedVersion, value: { by: side } }];
  await records.commit({ mark: mark(event), writes, events: said.map((each) => ({ event: each })) });
}

/** What hub `side` still has to send. */
async function unsent({ clients, tables }: Pair, side: Side): Promise<readonly Envelope[]> {
  const outbox = createOutbox({ client: clients[side], table: tables[side] });
  const events: Envelope[] = [];
  for await (const page of outbox.leftovers('standby'))
    events.push(...page.map(({ publication }) => publication.event));
  return events;
}

/** Looks as often as the keeper does, until hub `side` is the active one. @returns milliseconds */
async function takeover(pair: Pair, side: Side): Promise<number> {
  const since = pair.clock.time;
  while ((await pair.hubs[side].look()).role !== 'active') {
    pair.clock.time += 5_000;
    if (pair.clock.time - since > 120_000) throw new Error(`${side} never took over`);
  }
  return pair.clock.time - since;
}

describe('a pair of hubs', () => {
  it('replicates a table to the other region', async () => {
    const { clients, tables, close } = await startPair(inject('motoEndpoint'));
    ends.push(close);
    const Create = { RegionName: regions.b };
    const TableName = tables.a;
    await clients.a.send(new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create }] }));
    const Item = keyAttributes({ pk: 'any', sk: '-' });
    await clients.a.send(new PutItemCommand({ TableName, Item }));
    const get = () => clients.b.send(new GetItemCommand({ TableName, Key: Item }));
    await expect.poll(get).toMatchObject({ Item });
  });

  it('goes on in the other region with everything that was accepted, and takes the lost one back in', async () => {
    const pair = await pairOfHubs();
    const { hubs, clients, tables, clock, witness, measured } = pair;
    const [e1, e2, e3] = ['e1', 'e2', 'e3'].map((id) => sampleEvent(id)) as [Envelope, Envelope, Envelope];

    // Accepted, handled and said something of it; all of that comes to B, which says nothing.
    await hubs.a.accept([{ event: e1 }]);
    await handle(pair, 'a', e1, [says('d1')]);
    await pair.settle();
    expect(await itemOf(pair, 'b', recordKey('monitor', 'seen/e1'))).toMatchObject({
      followed: { BOOL: true },
      epoch: { N: '1' },
    });
    expect(await itemOf(pair, 'b', outboxKey('ingress', e1))).toBeUndefined();
    await expect(handle(pair, 'b', e2)).rejects.toThrow(NotTheActiveHub);

    // Accepted with its second place in B's table, and with it in the other cloud; A goes on a moment, and nothing arrives any more.
    await hubs.a.accept([{ event: e2 }, { event: e3 }]);
    const [packed] = pack([{ event: e2 }]);
    const at = { acceptedAt: clock.time, expires: Math.ceil(clock.time / 1000) + 3600 };
    if (packed !== undefined)
      await clients.b.send(new PutItemCommand({ TableName: tables.b, Item: journalItemOf(packed, at) }));
    await witness.journal.put(journalObject(e3), JSON.stringify(e3));
    await handle(pair, 'a', sampleEvent('late'));
    await hubs.a.records.commit({ writes: [{ key: 'seen/e1', expectedVersion: 1, value: 'late' }], events: [] });

    expect(await takeover(pair, 'b')).toBeLessThan(60_000);
    expect(measured).toContain('LeaseTakeover 1');
    await hubs.b.look();
    await expect(handle(pair, 'a', sampleEvent('too-late'))).rejects.toThrow(NotTheActiveHub);

    // e1 was handled in A's time; what was said of it may have been lost with A's queues.
    const again = await unsent(pair, 'b');
    expect(again.map(({ id }) => id).sort()).toEqual(['d1', 'e2', 'e3']);
    for (const event of again) await handle(pair, 'b', event);
    await expect(handle(pair, 'b', e1)).rejects.toThrow(AlreadyProcessed);
    await hubs.b.records.commit({ writes: [{ key: 'seen/e1', expectedVersion: 1, value: 'b' }], events: [] });

    // A is back. What it committed last is refused and kept, and what it accepted is let in, again.
    expect(await hubs.a.look()).toMatchObject({ role: 'standby' });
    await pair.settle();
    expect(measured.filter((each) => each.startsWith('StrandedItems'))).not.toEqual([]);
    expect([...(await stranded(pair, 'b'))].sort()).toEqual([
      'of an older epoch: seen/e1',
      'of an older epoch: seen/late',
    ]);
    clock.time += 60_000;
    expect(await hubs.b.look()).toMatchObject({ role: 'active', lease: { epoch: 2 } });

    // It is brought up to B's history, and its own last steps are set aside.
    expect(await hubs.a.resync()).toMatchObject({ kind: 'wait' });
    await pair.settle();
    expect(await hubs.a.resync()).toEqual({ kind: 'whole' });
    expect(await hubs.a.records.get('seen/late')).toBeUndefined();
    expect(await hubs.a.records.get('seen/e1')).toMatchObject({ version: 2, value: 'b' });
    expect(await hubs.a.records.get('seen/e3')).toMatchObject({ value: { by: 'b' } });
    expect(await stranded(pair, 'a')).toContain('absent there: seen/late');
    expect(await itemOf(pair, 'a', markKey('monitor', mark(sampleEvent('late'))))).toBeUndefined();
    expect(await itemOf(pair, 'a', markKey('monitor', mark(e3)))).toBeDefined();

    // A person gives the lease back; A goes on with the one history.
    await pair.settle();
    await hubs.b.release();
    expect(await takeover(pair, 'a')).toBeLessThan(10_000);
    await hubs.a.look();
    await handle(pair, 'a', sampleEvent('home'));
    await expect(handle(pair, 'b', sampleEvent('home'))).rejects.toThrow(NotTheActiveHub);
    await expect(handle(pair, 'a', e3)).rejects.toThrow(AlreadyProcessed);
  });

  it('sends nothing again that everybody has handled', async () => {
    const pair = await pairOfHubs();
    const event = sampleEvent('done');
    await pair.hubs.a.accept([{ event }]);
    await handle(pair, 'a', event);
    await pair.settle();
    await takeover(pair, 'b');
    await pair.hubs.b.look();
    expect(await unsent(pair, 'b')).toEqual([]);
    expect(
      await itemOf(pair, 'b', { pk: `standby#copy#${identityOf(event)[0]}`, sk: identityOf(event) }),
    ).toBeUndefined();
  });
});

describe('the follower', () => {
  it('changes nothing by a batch that comes again, and takes deletions and packed values', async () => {
    const pair = await pairOfHubs();
    const { records } = pair.hubs.a;
    // Two bytes too long to be kept as it is.
    const big = randomBytes(307_170).toString('base64');
    await records.commit({ writes: [{ key: 'a/1', expectedVersion: 0, value: 1 }], events: [] });
    await records.commit({ writes: [{ key: 'a/1', expectedVersion: 1, value: 2 }], events: [] });
    await records.commit({ writes: [{ key: 'a/2', expectedVersion: 0, value: big }], events: [] });
    await records.commit({ writes: [{ key: 'a/3', expectedVersion: 0, value: 1 }], events: [] });
    await records.commit({ writes: [{ key: 'a/3', expectedVersion: 1, value: undefined }], events: [] });
    await pair.settle();
    const look = async () => {
      const found = ['a/1', 'a/2', 'a/3'].map((key) => pair.hubs.b.records.get(key));
      return (await Promise.all(found)).map((each) => each && [each.version, each.value]);
    };
    expect(await look()).toEqual([[2, 2], [1, big], undefined]);
    const stale = { ...keyAttributes(recordKey('monitor', 'a/1')), kind: { S: 'record' }, key: { S: 'a/1' } };
    const older = { ...stale, version: { N: '1' }, value: { S: '1' }, epoch: { N: '1' } };
    await pair.hubs.b.follow(batch(older));
    expect(await look()).toEqual([[2, 2], [1, big], undefined]);
    // It fits without what the follower says of it.
    const full = { ...older, version: { N: '3' } };
    const value = `"${'x'.repeat(409_600 - itemBytes(full) - 1)}"`;
    await pair.hubs.b.follow(batch({ ...full, value: { S: value } }));
    expect((await look())[0]).toEqual([3, JSON.parse(value)]);
  });

  it('lets a mark in when everything is there that committed with it, and not before', async () => {
    const pair = await pairOfHubs();
    const { hubs, clock } = pair;
    const event = sampleEvent('torn');
    const record = {
      ...keyAttributes(recordKey('monitor', 'seen/torn')),
      kind: { S: 'record' },
      key: { S: 'seen/torn' },
    };
    const { pk, sk } = recordKey('monitor', 'seen/torn');
    const item = {
      ...keyAttributes(markKey('monitor', mark(event))),
      ...{
        kind: { S: 'mark' },
        epoch: { N: '1' },
        with: { S: JSON.stringify([[pk, sk, 1]]) },
      },
      expires: { N: String(Math.ceil(clock.time / 1000) + 3600) },
    };
    const marked = () => itemOf(pair, 'b', markKey('monitor', mark(event)));
    await hubs.b.follow(batch(item));
    await hubs.b.look();
    expect(await marked()).toBeUndefined();
    await hubs.b.follow(batch({ ...record, version: { N: '1' }, value: { S: '1' }, epoch: { N: '1' } }));
    await hubs.b.look();
    expect(await marked()).toMatchObject({ followed: { BOOL: true } });
  });

  it('has a batch that cannot be written come again', async () => {
    const pair = await pairOfHubs();
    const { hubs } = pair;
    const nowhere = { ...keyAttributes({ pk: 'monitor#x', sk: '' }), kind: { S: 'record' }, version: { N: '1' } };
    expect(await hubs.b.follow(batch(nowhere))).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    await expect(hubs.b.follow({ not: 'a batch' })).rejects.toThrow(/not a batch of a stream/);
  });
});

const batch = (item: Record<string, AttributeValue>) => ({
  Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage: item } }],
});
