import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LeaseStoreUnavailable } from '../../ports/lease-store.ts';
import { azureBlob, createObjectJournal, gcs } from './index.ts';
import { witnessFrom } from './witness.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

async function all(pages: AsyncIterable<readonly string[]>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const page of pages) names.push(...page);
  return names;
}

/** Objects by path, listed one name to a page, as each cloud spells it. */
async function store(cloud: 'gcs' | 'azure', status?: number) {
  const objects = new Map<string, string>();
  const listing = ({ searchParams }: URL): string => {
    const names = [...objects.keys()].sort().filter((name) => name.startsWith(searchParams.get('prefix') ?? ''));
    const at = Number(searchParams.get('continuation-token') ?? searchParams.get('marker') ?? 0);
    const next = at + 1 < names.length ? String(at + 1) : '';
    const name = (names[at] ?? '').replaceAll('&', '&amp;');
    if (names.length === 0) return '<None/>';
    return cloud === 'gcs'
      ? `<Contents><Key>${name}</Key></Contents>${next ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''}`
      : `<Blobs><Blob><Name>${name}</Name></Blob></Blobs><NextMarker>${next}</NextMarker>`;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray()).toString();
      const url = new URL(request.url ?? '/', 'http://store');
      const name = decodeURIComponent(url.pathname.replace('/place/', ''));
      if (status !== undefined) return response.writeHead(status).end();
      if (url.pathname === '/place') return response.end(listing(url));
      if (request.method === 'PUT') {
        objects.set(name, body);
        return response.writeHead(201).end();
      }
      const held = objects.get(name);
      if (request.method === 'DELETE') objects.delete(name);
      return response.writeHead(held === undefined ? 404 : 200).end(held);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/place`;
  const dialect = cloud === 'gcs' ? gcs : azureBlob;
  return createObjectJournal({ url, dialect, token: () => Promise.resolve('secret') });
}

describe.each(['gcs', 'azure'] as const)('a journal of objects, as %s lists them', (cloud) => {
  it('keeps one object for one name, and lists every page', async () => {
    const journal = await store(cloud);
    const listed = () => all(journal.list('journal/'));
    expect(await listed()).toEqual([]);
    await journal.put('lease', '{}');
    for (const name of ['journal/1', 'journal/2&', 'journal/3']) await journal.put(name, `{"name":"${name}"}`);
    await journal.put('journal/3', '{"again":true}');
    expect(await listed()).toEqual(['journal/1', 'journal/2&', 'journal/3']);
    expect(await journal.read('journal/3')).toBe('{"again":true}');
    await journal.remove('journal/3');
    await journal.remove('journal/3');
    expect(await journal.read('journal/3')).toBeUndefined();
    expect(await listed()).toEqual(['journal/1', 'journal/2&']);
  });

  it('is not known to hold what the other cloud does not confirm', async () => {
    const journal = await store(cloud, 403);
    await expect(journal.put('journal/1', '{}')).rejects.toThrow(LeaseStoreUnavailable);
    await expect(journal.read('journal/1')).rejects.toThrow('answers 403');
    await expect(journal.remove('journal/1')).rejects.toThrow('answers 403');
    await expect(all(journal.list('journal/'))).rejects.toThrow('answers 403');
  });
});

it.each([
  ['HOMEOSTASIS_WITNESS is not set', {}],
  ['HOMEOSTASIS_WITNESS is not JSON', { HOMEOSTASIS_WITNESS: 'gcp' }],
  ['expected "gcp" or "azure"', { HOMEOSTASIS_WITNESS: '{"cloud":"aws"}', HOMEOSTASIS_RELAY: '{}' }],
  ['says nothing of gcp', { HOMEOSTASIS_WITNESS: '{"cloud":"gcp","bucket":"b"}', HOMEOSTASIS_RELAY: '{}' }],
])('the witness says what is missing: %s', (message, environment) => {
  expect(() => witnessFrom(environment, { now: () => 0 })).toThrow(message);
});
