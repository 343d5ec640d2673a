import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createDynamoLease } from '../../shared/adapters/lease-dynamodb/index.ts';
import { createDynamoStore, type Fence } from '../../shared/adapters/store-dynamodb/index.ts';
import { LeaseConflict, LeaseStoreUnavailable, NotTheActiveHub, type Lease } from '../../shared/ports/lease-store.ts';
import { createTable, dynamoAt } from './moto-clients.ts';

const client = dynamoAt(inject('motoEndpoint'));
const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));
const now = Date.UTC(2026, 10, 21, 8);
const lease = (change: Partial<Lease> = {}): Lease => ({
  holder: 'a',
  epoch: 3,
  tenure: 2,
  from: 1,
  beat: 2,
  until: now + 30_000,
  ...change,
});

async function register() {
  const table = `lease-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return { table, store: createDynamoLease({ client, table }) };
}

describe('the lease in dynamodb', () => {
  it('is written by whoever read what stands there, and by nobody else', async () => {
    const { store } = await register();
    expect(await store.read()).toBeUndefined();
    await store.swap(undefined, lease());
    await expect(store.swap(undefined, lease({ holder: 'b' }))).rejects.toThrow(LeaseConflict);
    const first = await store.read();
    expect(first?.lease).toEqual(lease());
    const swaps = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((holder) => store.swap(first, lease({ holder, epoch: 4 }))),
    );
    expect(swaps.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  });

  it('that cannot be had says so', async () => {
    await expect(createDynamoLease({ client, table: 'nowhere' }).read()).rejects.toThrow(LeaseStoreUnavailable);
  });
});

describe('commits under a lease', () => {
  async function fenced() {
    const { table: leases, store } = await register();
    let known: Lease | undefined;
    const fence: Fence = {
      table: leases,
      hub: 'a',
      lease: async () => (known ??= (await store.read())?.lease),
      forget: () => (known = undefined),
    };
    const table = await createTable(client);
    const records = createDynamoStore({ client, table, owner: 'test', clock: { now: () => now }, fence });
    const put = (key: string) => records.commit({ writes: [{ key, expectedVersion: 0, value: 1 }], events: [] });
    return { records, store, put };
  }

  it('are refused from the moment the register says another hub, whatever the function still believes', async () => {
    const { records, store, put } = await fenced();
    await expect(put('a/0')).rejects.toThrow(NotTheActiveHub);
    await store.swap(undefined, lease());
    await put('a/1');
    await store.swap(await store.read(), lease({ holder: 'b', epoch: 4 }));
    await expect(put('a/2')).rejects.toThrow(NotTheActiveHub);
    expect(await records.get('a/2')).toBeUndefined();
    // And taken again as soon as it is this hub's again, in the new epoch.
    await store.swap(await store.read(), lease({ epoch: 5 }));
    await put('a/3');
    expect((await records.get('a/3'))?.version).toBe(1);
  });

  it.each([
    ['over', { until: now }],
    ['given up', { released: true }],
    ['of another epoch', { epoch: 4 }],
    ['only claimed', { beat: 1 }],
  ])('are refused when the lease is %s', async (_, change) => {
    const { store, put } = await fenced();
    await store.swap(undefined, lease());
    await put('a/1');
    await store.swap(await store.read(), lease(change));
    await expect(put('a/2')).rejects.toThrow(NotTheActiveHub);
  });
});
