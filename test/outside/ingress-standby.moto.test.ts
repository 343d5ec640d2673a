import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { createIngress } from '../../services/ingress/main.lambda.ts';
import { createDynamoLease } from '../../shared/adapters/lease-dynamodb/index.ts';
import { identityOf, readJournalItem, readOutboxItem } from '../../shared/adapters/store-dynamodb/index.ts';
import { defaultSettings } from '../../shared/domain/settings/index.ts';
import type { Lease } from '../../shared/ports/lease-store.ts';
import { createBucket, createTable, credentials, dynamoAt, region, s3At } from './moto-clients.ts';

/** services/ingress/main.lambda.ts as one of two hubs, in two regions of moto. */
const endpoint = inject('motoEndpoint');
const other = 'eu-central-1';
const issuer = 'https://token.actions.githubusercontent.com';
const access = [{ issuer, rules: [{ subject: 'me', may: ['read', 'publish', 'operate'] as const }] }];

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    POWERTOOLS_DEV: 'false',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'homeostasis-ingress-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'homeostasis.json'), JSON.stringify({ ...defaultSettings, hub: { access } }));
  writeFileSync(join(folder, 'consumers.json'), '[]');
  const here = dynamoAt(endpoint);
  const there = new DynamoDBClient({ endpoint, region: other, credentials });
  ends.push(
    () => here.destroy(),
    () => there.destroy(),
  );
  const [table, leases, otherTable] = [await createTable(here), await createTable(here), await createTable(there)];
  const register = createDynamoLease({ client: here, table: leases });
  const witness = await witnessServer();
  const ingress = createIngress({
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: folder,
    HOMEOSTASIS_TABLE: table,
    HOMEOSTASIS_DOCUMENTS: await createBucket(s3At(endpoint)),
    HOMEOSTASIS_QUEUES: '{}',
    HOMEOSTASIS_HUB: region,
    HOMEOSTASIS_LEASE_TABLE: leases,
    HOMEOSTASIS_OTHER_REGION: other,
    HOMEOSTASIS_OTHER_TABLE: otherTable,
    HOMEOSTASIS_WITNESS: JSON.stringify({ cloud: 'gcp', bucket: 'b', url: witness.url }),
    HOMEOSTASIS_RELAY: JSON.stringify({ gcp: { provider: '//p', serviceAccount: 's', ...witness.signIn } }),
  });
  const itemsOf = async (client: DynamoDBClient, TableName: string) =>
    (await client.send(new ScanCommand({ TableName }))).Items ?? [];
  return {
    register,
    witness,
    ask: async (method: string, path: string, body?: unknown) => asked(await ingress(eventOf(method, path, body))),
    accepted: async () => (await itemsOf(there, otherTable)).flatMap((item) => readJournalItem(item) ?? []),
    outbox: async () => (await itemsOf(here, table)).filter((item) => readOutboxItem(item) !== undefined),
    loseOtherRegion: () => there.send(new DeleteTableCommand({ TableName: otherTable })),
  };
}

const asked = (answer: Awaited<ReturnType<ReturnType<typeof createIngress>>>) => ({
  status: answer.statusCode,
  retryAfter: answer.headers?.['retry-after'],
  json: JSON.parse(answer.body) as Readonly<Record<string, unknown>>,
});

function eventOf(method: string, path: string, body: unknown) {
  const routeKey = path.startsWith('/v1') ? 'ANY /v1/{proxy+}' : `${method} ${path}`;
  return {
    ...{ version: '2.0', routeKey, rawPath: path, rawQueryString: '', isBase64Encoded: false },
    headers: { host: 'hub', 'content-type': 'application/cloudevents-batch+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    requestContext: {
      authorizer: { jwt: { claims: { iss: issuer, sub: 'me' }, scopes: null } },
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    },
  };
}

/** What STS answers; moto has no GetWebIdentityToken. */
const webIdentity = `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetWebIdentityTokenResult>
  <WebIdentityToken>aws</WebIdentityToken><Expiration>2036-01-01T00:00:00Z</Expiration>
</GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`;

/** STS, Google's token services and Cloud Storage, as far as the ingress asks them; what is in the bucket is for the test to see and set. */
async function witnessServer() {
  const objects = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    void request.toArray().then((chunks: Buffer[]) => {
      const { method, url = '' } = request;
      const json = (body: unknown) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (url === '/') return response.writeHead(200, { 'content-type': 'text/xml' }).end(webIdentity);
      if (url === '/token') return json({ access_token: 'federated', expires_in: 3600, token_type: 'Bearer' });
      if (url.includes(':generateAccessToken')) {
        return json({ accessToken: 'google', expireTime: new Date(Date.now() + 3_600_000).toISOString() });
      }
      if (request.headers.authorization !== 'Bearer google') return response.writeHead(401).end();
      if (method === 'PUT') {
        objects.set(url, Buffer.concat(chunks).toString());
        return response.writeHead(200).end();
      }
      const found = objects.get(url);
      return response.writeHead(found === undefined ? 404 : 200, { 'x-goog-generation': '1' }).end(found);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL_STS', url);
  return {
    ...{ objects, url: `${url}/bucket`, signIn: { tokenUrl: `${url}/token`, credentialsUrl: url } },
    says: (lease: Lease) => void objects.set('/bucket/lease', JSON.stringify(lease)),
  };
}

const lease = (change: Partial<Lease> = {}): Lease => ({
  ...{ holder: region, epoch: 3, tenure: 3, from: 0, beat: 2, until: Date.now() + 30_000 },
  ...change,
});
const events = (...ids: string[]) =>
  ids.map((id) => ({ specversion: '1.0', id, source: '/ci', type: 'com.example.built', data: 1 }));

describe('the ingress of one of two hubs', () => {
  it('accepts under its lease alone, and what stands in the other region too', async () => {
    const { register, ask, accepted, outbox } = await setup();
    expect(await ask('POST', '/v1/events', events('a'))).toMatchObject({ status: 503, retryAfter: '15' });
    expect(await ask('GET', '/healthz/active')).toMatchObject({ status: 503, json: { active: false } });
    expect([await outbox(), await accepted()]).toEqual([[], []]);
    await register.swap(undefined, lease());
    await vi.waitUntil(async () => (await ask('GET', '/healthz/active')).status === 200, { timeout: 5000 });
    expect(await ask('POST', '/v1/events', events('a', 'b'))).toMatchObject({ status: 202 });
    // Sent again, it is known here, and its second copy is the same item.
    expect(await ask('POST', '/v1/events', events('a'))).toMatchObject({
      status: 202,
      json: { events: [{ id: 'a', duplicate: true }] },
    });
    expect((await accepted()).map(({ publication: { event } }) => event.id).sort()).toEqual(['a', 'b']);
    expect((await outbox()).map(({ epoch }) => epoch)).toEqual([{ N: '3' }, { N: '3' }]);
    expect((await ask('POST', '/v1/events', events(...Array.from({ length: 50 }, (_, i) => `e${i}`)))).status).toBe(
      413,
    );
  });

  it('is refused by the register, whatever it remembers of it', async () => {
    const { register, ask, outbox, accepted } = await setup();
    await register.swap(undefined, lease());
    expect((await ask('POST', '/v1/events', events('a'))).status).toBe(202);
    await register.swap(await register.read(), lease({ holder: other, epoch: 4 }));
    expect(await ask('POST', '/v1/events', events('b'))).toMatchObject({ status: 503, retryAfter: '15' });
    expect([(await outbox()).length, (await accepted()).length]).toEqual([1, 1]);
  });

  it('keeps the second copy in the other cloud when the region is silent, while the lease there is its own', async () => {
    const { register, ask, witness, loseOtherRegion } = await setup();
    await register.swap(undefined, lease());
    await loseOtherRegion();
    witness.says(lease());
    expect((await ask('POST', '/v1/events', events('a'))).status).toBe(202);
    const kept = witness.objects.get(`/bucket/journal/${identityOf({ source: '/ci', id: 'a' })}`);
    expect(JSON.parse(kept ?? '{}')).toMatchObject({ id: 'a', source: '/ci' });
    witness.says(lease({ holder: other, epoch: 4 }));
    expect(await ask('POST', '/v1/events', events('b'))).toMatchObject({ status: 503, retryAfter: '15' });
  });
});
