import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createObjectJournal, createObjectLease, gcs } from '../../shared/adapters/lease-object/index.ts';
import type { Witness } from '../../shared/adapters/lease-object/witness.ts';

/** One bucket of Cloud Storage by its XML API, as far as a lease and its journal need it. */
export async function startWitness(): Promise<{ readonly witness: Witness; close(): void }> {
  const objects = new Map<string, { readonly body: string; readonly generation: number }>();
  let generation = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray()).toString();
      const url = new URL(request.url ?? '/', 'http://storage');
      const name = decodeURIComponent(url.pathname.slice('/bucket/'.length));
      const held = objects.get(name);
      if (url.pathname === '/bucket') {
        const names = [...objects.keys()].filter((each) => each.startsWith(url.searchParams.get('prefix') ?? ''));
        return response.end(names.map((each) => `<Contents><Key>${each}</Key></Contents>`).join(''));
      }
      if (request.method === 'PUT') {
        const expected = request.headers['x-goog-if-generation-match'];
        if (expected !== undefined && Number(expected) !== (held?.generation ?? 0))
          return response.writeHead(412).end();
        objects.set(name, { body, generation: (generation += 1) });
        return response.writeHead(200).end();
      }
      if (held === undefined) return response.writeHead(404).end();
      return response.writeHead(200, { 'x-goog-generation': String(held.generation) }).end(held.body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket`;
  const options = { dialect: gcs, token: () => Promise.resolve('none') };
  return {
    witness: {
      lease: createObjectLease({ ...options, url: `${url}/lease` }),
      journal: createObjectJournal({ ...options, url }),
    },
    close: () => server.close().closeAllConnections(),
  };
}
