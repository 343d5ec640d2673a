import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Lease } from '../../ports/lease-store.ts';
import { silentLogger } from '../../ports/logger.ts';
import { journalKey, journalObject } from '../store-dynamodb/index.ts';
import { createSecondPlace } from './index.ts';

/** The other region's table on the wire, which a test can take away. */
const asked: { readonly TableName: string; readonly Item: Record<string, { S?: string; N?: string }> }[] = [];
let gone = false;
const server = createServer((request, response) => {
  void request.toArray().then((chunks: Buffer[]) => {
    asked.push(JSON.parse(Buffer.concat(chunks).toString()) as (typeof asked)[number]);
    response.writeHead(gone ? 500 : 200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
});
let client: DynamoDBClient;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
  gone = false;
});

const start = Date.UTC(2026, 10, 21, 8);
const lease: Lease = { holder: 'a', epoch: 3, tenure: 3, from: 0, beat: 2, until: start + 30_000 };
const entries = ['e1', 'e2'].map((id) => ({
  event: { specversion: '1.0', id, source: '/s', type: 't', time: '2026-11-21T08:00:00Z', data: 1 } as Envelope,
}));

function setup() {
  let now = start;
  const steps: string[] = [];
  let held: Lease | undefined = lease;
  let cloudGone = false;
  const answer = (step: string) => {
    steps.push(step);
    return cloudGone ? Promise.reject(new Error('no answer')) : Promise.resolve();
  };
  const witness = () =>
    Promise.resolve({
      journal: { put: (name: string, body: string) => answer(`${name} ${(JSON.parse(body) as Envelope).id}`) },
      lease: { read: () => answer('lease').then(() => held && { lease: held, tag: '1' }) },
    });
  const place = createSecondPlace({
    ...{ hub: 'a', client, table: 'hub-standby', witness, logger: silentLogger, clock: { now: () => now } },
  });
  return {
    steps,
    keep: () => place.keep(entries, lease),
    pass: (ms: number) => void (now += ms),
    holds: (change: Partial<Lease> | undefined) => void (held = change && { ...lease, ...change }),
    loseCloud: () => void (cloudGone = true),
  };
}

describe('the second place of an accepted event', () => {
  it("is the other hub's table, where marks outlive it", async () => {
    const { keep, steps } = setup();
    await keep();
    expect(asked.map(({ TableName, Item }) => [TableName, Item['pk']?.S, Item['sk']?.S, Item['kind']?.S])).toEqual(
      entries.map(({ event }) => ['hub-standby', journalKey(event).pk, journalKey(event).sk, 'accepted']),
    );
    expect(Number(asked[0]?.Item['expires']?.N) * 1000 - start).toBeLessThan(7 * 24 * 3_600_000);
    expect(steps).toEqual([]);
  });

  it('is the other cloud when that region does not answer, and only what the lease there still allows', async () => {
    gone = true;
    const { keep, steps, holds } = setup();
    await keep();
    // The lease last: whoever takes over lists the objects after it has written that.
    expect(steps).toEqual([...entries.map(({ event }) => `${journalObject(event)} ${event.id}`), 'lease']);
    for (const other of [{ holder: 'b' }, { epoch: 4 }, undefined]) {
      holds(other);
      await expect(keep()).rejects.toMatchObject({ name: 'NotTheActiveHub' });
    }
  });

  it('is not asked for in a silent region with every request, and found there again', async () => {
    gone = true;
    const { keep, pass, steps } = setup();
    await keep();
    const before = asked.length;
    gone = false;
    await keep();
    expect(asked.length).toBe(before);
    pass(10_000);
    steps.length = 0;
    await keep();
    expect([asked.length, steps]).toEqual([before + 2, []]);
  });

  it('is promised to nobody when both are silent', async () => {
    gone = true;
    const { keep, loseCloud } = setup();
    loseCloud();
    await expect(keep()).rejects.toMatchObject({ name: 'BusUnavailable' });
    // Back before the rest is over: then it is asked after the cloud.
    gone = false;
    await keep();
  });
});
