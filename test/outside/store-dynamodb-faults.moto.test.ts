import { DescribeTimeToLiveCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, inject, it } from 'vitest';
import {
  createDynamoStore,
  InvalidKey,
  markKey,
  readOutboxItem,
  StoreUnavailable,
  type DynamoStoreOptions,
} from '../../shared/adapters/store-dynamodb/index.ts';
import { AlreadyProcessed, limits, VersionConflict, type Transaction } from '../../shared/ports/record-store.ts';
import { sampleEvent } from '../contract/samples.ts';
import { cancelled, hasty, nth, refused } from './dynamo-faults.ts';
import { createTable, dynamoAt } from './moto-clients.ts';
import { openStream } from './table-stream.ts';
import { startWire, type Course, type Passing } from './wire.ts';

const endpoint = inject('motoEndpoint');
const now = Date.UTC(2026, 10, 21, 8);
const mark = { consumer: 'test/one', source: '/contract', id: 'e1' };
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A store behind a wire of its own; `asked` is what came over it. */
async function subject(course: (passing: Passing, asked: readonly Passing[]) => Course = () => ({ kind: 'pass' })) {
  const direct = dynamoAt(endpoint);
  const table = await createTable(direct);
  const asked: Passing[] = [];
  const wire = await startWire(endpoint, (passing) => {
    asked.push(passing);
    return course(passing, asked);
  });
  const client = dynamoAt(wire.endpoint);
  const delays: number[] = [];
  const open = (options: Partial<DynamoStoreOptions> = {}) =>
    createDynamoStore({ client, table, owner: 'test', clock: { now: () => now }, timer: hasty(delays), ...options });
  const store = open();
  const commit = (transaction: Partial<Transaction>, into = store) =>
    into.commit({ writes: [], events: [], ...transaction });
  ends.push(
    () => direct.destroy(),
    wire.close,
    () => client.destroy(),
  );
  const count = (action: string) => asked.filter((each) => each.action === action).length;
  return { direct, table, store, open, commit, asked, delays, count };
}

const put = (key: string, value: unknown, expectedVersion = 0) => ({ key, value, expectedVersion });

describe('dynamodb', () => {
  it('lets exactly one of twenty writers win', async () => {
    const { store, commit } = await subject();
    await commit({ writes: [put('a', 0)] });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => commit({ writes: [put('a', i, 1), put(`own/${i}`, i)] })),
    );
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refusals.length).toBe(19);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(VersionConflict);
    expect((await store.get('a'))?.version).toBe(2);
    expect((await store.list('own/')).items.length).toBe(1);
  });

  it('carries what a commit publishes in the stream of its table', async () => {
    const { direct, table, commit } = await subject();
    const next = await openStream(endpoint, direct, table);
    const [a, late] = [sampleEvent('a'), sampleEvent('late')];
    await commit({ mark, writes: [put('a', 1)], events: [{ event: a }, { event: late, dueAt: now + 5000 }] });
    const images = (await next()).map(({ dynamodb }) => dynamodb.NewImage ?? {});
    expect(images.map((image) => image['kind']?.S)).toEqual(['mark', 'record', 'outbox', 'outbox']);
    const entries = images.flatMap((image) => readOutboxItem(image) ?? []);
    expect(entries.map(({ publication }) => publication)).toEqual([{ event: a }, { event: late, dueAt: now + 5000 }]);
    expect(entries[0]?.key.pk).toMatch(/^test#outbox#[0-9a-f]$/);
    expect(entries[0]?.key.sk).toMatch(/^2026-11-21T08:00:00\.000Z#a#[0-9a-f]{16}$/);
  });

  it('keeps apart events that only their source tells apart, and takes one event once', async () => {
    const { direct, table, commit } = await subject();
    const next = await openStream(endpoint, direct, table);
    const events = ['/one', '/two', '/one'].map((source) => ({ event: sampleEvent('a', { source }) }));
    await commit({ events });
    const sources = (await next()).map(
      ({ dynamodb }) => readOutboxItem(dynamodb.NewImage ?? {})?.publication.event.source,
    );
    expect(sources.sort()).toEqual(['/one', '/two']);
  });

  it('lets its marks expire', async () => {
    const { direct, table, commit, open } = await subject();
    await commit({ mark });
    await commit({ mark: { ...mark, id: 'e2' } }, open({ markTtlMs: 60_000 }));
    const expires = async (id: string) => {
      const { pk, sk } = markKey('test', { ...mark, id });
      const { Item } = await direct.send(
        new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
      );
      return Number(Item?.['expires']?.N);
    };
    expect(await expires('e1')).toBe(now / 1000 + 7 * 24 * 3600);
    expect(await expires('e2')).toBe(now / 1000 + 60);
    const { TimeToLiveDescription } = await direct.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(TimeToLiveDescription).toEqual({ AttributeName: 'expires', TimeToLiveStatus: 'ENABLED' });
  });

  it('lists over answers of at most a megabyte', async () => {
    const { store, commit, count } = await subject();
    const keys = ['a', 'b', 'c', 'd', 'e'].map((name) => `large/${name}`);
    for (const key of keys) await commit({ writes: [put(key, key.padEnd(390_000, '.'))] });
    const { items, next } = await store.list<string>('large/');
    expect(items.map(({ key, value }) => [key, value.length])).toEqual(keys.map((key) => [key, 390_000]));
    expect(next).toBeUndefined();
    expect(count('Query')).toBeGreaterThan(2);
    expect((await store.list('large/', { limit: 4 })).next).toBe('large/d');
    expect((await store.list('large/', { after: 'large/d' })).items.length).toBe(1);
  });

  it('does not list the record of the first segment, nor another owner, nor what lies beyond', async () => {
    const { store, commit, open } = await subject();
    const other = open({ owner: 'other' });
    await commit({ writes: ['app', 'app/a', 'app/b', 'app/b/c', 'apples/a'].map((key) => put(key, key)) });
    await commit({ writes: [put('app/other', 1)] }, other);
    const keys = async (...[prefix, page]: Parameters<typeof store.list>) =>
      (await store.list(prefix, page)).items.map(({ key }) => key);
    expect(await keys('app/')).toEqual(['app/a', 'app/b', 'app/b/c']);
    expect(await keys('app/b')).toEqual(['app/b', 'app/b/c']);
    expect(await keys('app/', { after: 'aaa' })).toEqual(['app/a', 'app/b', 'app/b/c']);
    expect(await keys('app/b', { after: 'app/b' })).toEqual(['app/b/c']);
    expect(await keys('app/', { after: 'b' })).toEqual([]);
    expect((await other.list('app/')).items.map(({ key }) => key)).toEqual(['app/other']);
    await expect(store.list('app')).rejects.toBeInstanceOf(InvalidKey);
  });

  it('keeps a record as large as the port allows', async () => {
    const { store, commit } = await subject();
    // Text that hardly compresses: three bytes that carry some fifteen bits each.
    let state = 1;
    const random = () => (state = (state * 48_271) % 0x7fff_ffff);
    const text = String.fromCharCode(...Array.from({ length: 100_000 }, () => 0x4e00 + (random() % 0x5000)));
    const value = `${text}${'x'.repeat(limits.recordBytes - 2 - Buffer.byteLength(text))}`;
    await commit({ writes: [put('large', value)] });
    expect(await store.get('large')).toEqual({ key: 'large', version: 1, value });
  });

  it('asks consistently, unless it is told that a little behind will do', async () => {
    const { open, asked } = await subject();
    for (const reads of ['consistent', 'eventual'] as const) {
      await open({ reads }).get('a');
      await open({ reads }).list('a/');
    }
    const consistent = asked.map(({ body }) => (JSON.parse(body) as { ConsistentRead: unknown }).ConsistentRead);
    expect(consistent).toEqual([true, true, false, false]);
  });
});

describe('dynamodb on a bad wire', () => {
  it('tries a transaction again that met another one', async () => {
    const { store, commit, delays, count } = await subject((passing, asked) => {
      if (passing.action !== 'TransactWriteItems' || nth(asked, passing.action) > 2) return { kind: 'pass' };
      return cancelled('None', 'TransactionConflict');
    });
    await commit({ mark, writes: [put('a', 1)] });
    expect(await store.get('a')).toEqual({ key: 'a', version: 1, value: 1 });
    expect(count('TransactWriteItems')).toBe(3);
    expect(delays.length).toBe(2);
  });

  it('says so when the table stays throttled', async () => {
    const { commit, store, count, delays } = await subject(({ action }) =>
      action === 'TransactWriteItems'
        ? cancelled('ThrottlingError')
        : refused('ProvisionedThroughputExceededException'),
    );
    const commits = await commit({ writes: [put('a', 1)] }).catch((error: unknown) => error);
    expect(commits).toBeInstanceOf(StoreUnavailable);
    expect(commits).toMatchObject({ message: 'transaction cancelled 6 times (ThrottlingError); try again' });
    expect(count('TransactWriteItems')).toBe(6);
    expect(delays.length).toBe(5);
    await expect(store.get('a')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.list('a/')).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('says so when DynamoDB fails, and when nobody answers', async () => {
    const failing = await subject(() => refused('InternalServerError', 500));
    await expect(failing.store.get('a')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(failing.commit({ writes: [put('a', 1)] })).rejects.toBeInstanceOf(StoreUnavailable);
    const { table } = failing;
    const gone = await startWire(endpoint);
    await gone.close();
    const client = dynamoAt(gone.endpoint);
    ends.push(() => client.destroy());
    const store = failing.open({ client, table });
    await expect(store.get('a')).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('hands on what waiting does not mend', async () => {
    const { store, commit } = await subject(() => refused('AccessDeniedException'));
    await expect(store.get('a')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(commit({ mark })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  const loseFirstAnswer = (passing: Passing, asked: readonly Passing[]): Course =>
    passing.action === 'TransactWriteItems' && nth(asked, passing.action) === 1
      ? { kind: 'lose-answer' }
      : { kind: 'pass' };
  const tokens = (asked: readonly Passing[]) =>
    asked
      .filter(({ action }) => action === 'TransactWriteItems')
      .map(({ body }) => (JSON.parse(body) as { ClientRequestToken: string }).ClientRequestToken);

  it('answers a commit again whose first answer was lost', async () => {
    const { commit } = await subject(loseFirstAnswer);
    await commit({ mark, writes: [put('a', 1)] });
  });

  it('sends a commit again with the same token when no answer came, and it is in effect once', async () => {
    const { direct, table, store, commit, asked } = await subject(loseFirstAnswer);
    const next = await openStream(endpoint, direct, table);
    // AlreadyProcessed is moto's word for it (see known-gaps.ts) and the pipeline's for "done before": both acknowledge.
    const outcome = await commit({ mark, writes: [put('a', 1)], events: [{ event: sampleEvent('a') }] }).catch(
      (error: unknown) => error,
    );
    expect(outcome === undefined || outcome instanceof AlreadyProcessed).toBe(true);
    const [first, second, ...more] = tokens(asked);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
    expect(more).toEqual([]);
    expect(await store.get('a')).toEqual({ key: 'a', version: 1, value: 1 });
    expect((await next()).length).toBe(3);
  });

  it('gives equal commits tokens of their own: the second is another one, not the first again', async () => {
    const { commit, asked } = await subject();
    const same = { writes: [put('a', 1)] };
    await commit(same);
    await expect(commit(same)).rejects.toBeInstanceOf(VersionConflict);
    expect(new Set(tokens(asked)).size).toBe(2);
  });
});
