import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LeaseConflict, LeaseStoreUnavailable, type Lease } from '../../ports/lease-store.ts';
import { azureBlob, createObjectLease, gcs } from './index.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

const lease = (change: Partial<Lease> = {}): Lease => ({
  holder: 'eu-west-1',
  epoch: 1,
  tenure: 1,
  from: 0,
  beat: 1,
  until: 5,
  ...change,
});

/** One object behind the conditions that its cloud documents. */
type Rules = (headers: IncomingMessage['headers'], stands: number) => number | undefined;

const rules = {
  gcs: (headers, stands) => (Number(headers['x-goog-if-generation-match'] ?? stands) === stands ? undefined : 412),
  azure: (headers, stands) => {
    if (headers['if-none-match'] === '*' && stands > 0) return 409;
    return headers['if-match'] === undefined || headers['if-match'] === `"${stands}"` ? undefined : 412;
  },
} satisfies Record<string, Rules>;

async function store(cloud: 'gcs' | 'azure', answer?: { status: number; body?: string; version?: boolean }) {
  let stands = 0;
  let body = '';
  const seen: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const text = Buffer.concat(await request.toArray()).toString();
      seen.push(request.headers);
      const version = (): Record<string, string> =>
        cloud === 'gcs' ? { 'x-goog-generation': String(stands) } : { etag: `"${stands}"` };
      if (answer !== undefined)
        return response.writeHead(answer.status, answer.version ? { ...version() } : {}).end(answer.body ?? '');
      if (request.method === 'GET') return response.writeHead(stands === 0 ? 404 : 200, version()).end(body);
      const refused = rules[cloud](request.headers, stands);
      if (refused !== undefined) return response.writeHead(refused).end();
      stands += 1;
      body = text;
      return response.writeHead(cloud === 'gcs' ? 200 : 201, version()).end();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/lease`;
  const dialect = cloud === 'gcs' ? gcs : azureBlob;
  return { seen, url, dialect, lease: createObjectLease({ url, dialect, token: () => Promise.resolve('secret') }) };
}

describe.each(['gcs', 'azure'] as const)('a lease as an object, by the rules of %s', (cloud) => {
  it('is written by whoever read what stands there, and by nobody else', async () => {
    const { lease: register, seen } = await store(cloud);
    expect(await register.read()).toBeUndefined();
    await register.swap(undefined, lease());
    await expect(register.swap(undefined, lease({ holder: 'eu-central-1' }))).rejects.toThrow(LeaseConflict);
    const first = await register.read();
    expect(first?.lease).toEqual(lease());
    await register.swap(first, lease({ beat: 2, released: true }));
    await expect(register.swap(first, lease({ epoch: 9 }))).rejects.toThrow(LeaseConflict);
    expect((await register.read())?.lease).toEqual(lease({ beat: 2, released: true }));
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer secret']));
  });

  it.each([
    ['is out of order', { status: 503 }],
    ['refuses who we are', { status: 403 }],
    ['holds something else', { status: 200, body: '<html>', version: true }],
    ['holds half a lease', { status: 200, body: '{"holder":"a","epoch":1}', version: true }],
    ['does not tell the version', { status: 200, body: JSON.stringify(lease()) }],
    ['sends us elsewhere', { status: 302 }],
  ])('rests on nothing that %s', async (_, answer) => {
    const { lease: register } = await store(cloud, answer);
    await expect(register.read()).rejects.toThrow(LeaseStoreUnavailable);
    if (answer.status !== 200) await expect(register.swap(undefined, lease())).rejects.toThrow(LeaseStoreUnavailable);
  });
});

it('waits for nobody, and tells no token', async () => {
  const { url, dialect } = await store('gcs');
  const hanging: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) =>
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)),
    );
  const slow = createObjectLease({
    url,
    dialect,
    token: () => Promise.resolve('secret'),
    timeoutMs: 1,
    fetch: hanging,
  });
  const error = await slow.read().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(LeaseStoreUnavailable);
  expect(String(error)).not.toContain('secret');
  const without = createObjectLease({ url, dialect, token: () => Promise.reject(new Error('no identity')) });
  await expect(without.read()).rejects.toThrow('no identity');
});
