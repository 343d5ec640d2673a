import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createIngress, type HttpApiAnswer } from '../../services/ingress/main.lambda.ts';
import { deadLetterMessage } from '../../shared/adapters/dead-letters-sqs/index.ts';
import { appendToLog } from '../../shared/adapters/log-dynamodb/index.ts';
import {
  createDynamoStore,
  outboxPartition,
  outboxShards,
  readOutboxItem,
} from '../../shared/adapters/store-dynamodb/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { defaultSettings } from '../../shared/domain/settings/index.ts';
import { sampleEvent } from '../contract/samples.ts';
import { createHubBus, type HubBus } from './hub-bus.ts';
import { createBucket, createTable, credentials, dynamoAt, region, s3At } from './moto-clients.ts';

/** services/ingress/main.lambda.ts, given what API Gateway gives it, on the AWS that moto is. */
const endpoint = inject('motoEndpoint');
const github = 'https://token.actions.githubusercontent.com';
const entra = 'https://login.microsoftonline.com/tenant/v2.0';
const access = [
  {
    issuer: github,
    rules: [
      { repository: 'acme/platform', may: ['read', 'publish', 'operate'] as const },
      { repository: 'acme/shop', repositoryId: '42', may: ['publish'] as const, applications: ['shop'] },
    ],
  },
  { issuer: entra, rules: [{ subject: 'object-id', may: ['report'] as const, cloud: 'azure' as const }] },
];
const platform = { iss: github, sub: 'repo:acme/platform:ref:refs/heads/main', aud: 'homeostasis' };
const shopWorkflow = { iss: github, sub: 'repo:acme@7/shop@42:environment:production', repository_id: '42' };
const deployer = { iss: entra, sub: 'object-id' };

const folder = mkdtempSync(join(tmpdir(), 'homeostasis-ingress-'));
const before = { ...process.env };
let table = '';
let hub: HubBus;
let client: DynamoDBClient;
let ingress: ReturnType<typeof createIngress>;

beforeAll(() => {
  // As Lambda sets them: the function's clients are made of nothing else.
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_REGION'] = region;
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
  process.env['POWERTOOLS_DEV'] = 'false';
  writeFileSync(join(folder, 'homeostasis.json'), JSON.stringify({ ...defaultSettings, hub: { access } }));
  const consumers = [{ consumer: 'monitor/on-it', pattern: { 'detail-type': ['contract.happened'] } }];
  writeFileSync(join(folder, 'consumers.json'), JSON.stringify(consumers));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  client.destroy();
  process.env = before;
});
beforeEach(async () => {
  client = dynamoAt(endpoint);
  table = await createTable(client);
  hub = await createHubBus(endpoint);
  await hub.provision('monitor', { 'detail-type': ['contract.happened'] });
  const polls: number[] = [];
  ingress = createIngress(
    {
      AWS_REGION: region,
      LAMBDA_TASK_ROOT: folder,
      HOMEOSTASIS_TABLE: table,
      HOMEOSTASIS_DOCUMENTS: await createBucket(s3At(endpoint)),
      HOMEOSTASIS_QUEUES: JSON.stringify(hub.queues),
    },
    { holdMs: 0, everyMs: 1, wait: (ms) => Promise.resolve(void polls.push(ms)) },
  );
});

interface Ask {
  readonly claims?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly prefix?: string;
  readonly base64?: boolean;
}

const host = 'abc123.execute-api.eu-west-1.amazonaws.com';

function bodyOf({ body, base64 = false }: Ask) {
  if (body === undefined) return {};
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { body: base64 ? Buffer.from(text).toString('base64') : text };
}

/** An event as API Gateway documents it: "Working with AWS Lambda proxy integrations for HTTP APIs", payload format 2.0. */
function eventOf(method: string, path: string, request: Ask) {
  const { claims, headers, prefix = '', base64 = false } = request;
  const [rawPath = '', rawQueryString = ''] = `${prefix}${path}`.split('?');
  const routeKey = `ANY ${prefix}/v1/{proxy+}`;
  return {
    ...{ version: '2.0', routeKey, rawPath, rawQueryString, ...bodyOf(request), isBase64Encoded: base64 },
    headers: { host, authorization: 'Bearer verified-elsewhere', ...headers },
    requestContext: {
      ...{ accountId: '123456789012', apiId: 'abc123', requestId: 'id', routeKey, stage: '$default', domainName: host },
      ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    },
  };
}

async function ask(method: string, path: string, request: Ask = {}) {
  const answer: HttpApiAnswer = await ingress(eventOf(method, path, { claims: platform, ...request }));
  const json = answer.headers?.['content-type']?.includes('json') === true;
  return { ...answer, json: (json ? JSON.parse(answer.body) : {}) as Readonly<Record<string, unknown>> };
}

const structured = { 'content-type': 'application/cloudevents+json' };
const batched = { 'content-type': 'application/cloudevents-batch+json' };
const foreign = (id: string, more = {}) => ({
  specversion: '1.0',
  id,
  source: '/ci',
  type: 'com.example.built',
  data: 1,
  ...more,
});

/** What left for the bus: nobody relays here. */
async function outbox(): Promise<Envelope[]> {
  const found = await Promise.all(
    outboxShards.map((shard) =>
      client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: outboxPartition('ingress', shard) } },
        }),
      ),
    ),
  );
  return found.flatMap(({ Items = [] }) => Items.map((item) => readOutboxItem(item)?.publication.event as Envelope));
}

const yaml = `apiVersion: homeostasis.dev/v1
kind: Application
metadata: { name: shop }
spec: { services: [{ name: web, image: 'registry.example/web:1' }] }
`;

describe('ingress behind API Gateway', () => {
  it('answers 202 once the event is in the outbox, and knows it again', async () => {
    const publish = () => ask('POST', '/v1/events', { headers: structured, body: foreign('e1') });
    expect(await publish()).toMatchObject({
      statusCode: 202,
      json: { events: [{ id: 'e1', duplicate: false, routed: false }] },
    });
    expect(await publish()).toMatchObject({ statusCode: 202, json: { events: [{ id: 'e1', duplicate: true }] } });
    expect(await outbox()).toMatchObject([{ id: 'e1', source: '/ci', correlationid: 'e1' }]);
  });

  it('takes a batch whole: new ones beside known ones, one twice, 50 at most', async () => {
    await ask('POST', '/v1/events', { headers: structured, body: foreign('e1') });
    const { json } = await ask('POST', '/v1/events', {
      headers: batched,
      body: ['e0', 'e1', 'e2', 'e0'].map((id) => foreign(id)),
    });
    expect((json['events'] as { duplicate: boolean }[]).map(({ duplicate }) => duplicate)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect((await outbox()).map(({ id }) => id).sort()).toEqual(['e0', 'e1', 'e2']);
    const many = (count: number) => Array.from({ length: count }, (_, i) => foreign(`m${i}`));
    expect(await ask('POST', '/v1/events', { headers: batched, body: many(51) })).toMatchObject({
      statusCode: 413,
      json: { title: 'Batch too large', detail: expect.stringContaining('nothing was accepted') as unknown },
    });
    expect(await outbox()).toHaveLength(3);
    expect((await ask('POST', '/v1/events', { headers: batched, body: many(50) })).statusCode).toBe(202);
    expect(await outbox()).toHaveLength(53);
  });

  it('lets only one of five that come at once be new', async () => {
    const publish = () => ask('POST', '/v1/events', { headers: structured, body: foreign('race') });
    const answers = await Promise.all(Array.from({ length: 5 }, publish));
    const fresh = answers.filter(({ json }) => (json['events'] as [{ duplicate: boolean }])[0].duplicate === false);
    expect([answers.map(({ statusCode }) => statusCode), fresh.length]).toEqual([[202, 202, 202, 202, 202], 1]);
    expect(await outbox()).toHaveLength(1);
  });

  it('is closed to whoever passed no authorizer, and open to its health', async () => {
    expect(await ask('GET', '/v1/status', { claims: undefined })).toMatchObject({
      statusCode: 401,
      json: { detail: 'this request did not pass the JWT authorizer of API Gateway' },
    });
    expect(await ask('GET', '/healthz', { claims: undefined })).toMatchObject({ statusCode: 200 });
    const stranger = { iss: github, sub: 'repo:evil/x:ref:refs/heads/main' };
    expect(await ask('GET', '/v1/status', { claims: stranger })).toMatchObject({ statusCode: 403 });
  });

  it('lets a workflow publish its own application, by either form of sub, under its issuer’s path', async () => {
    const submit = (claims: Readonly<Record<string, string>>, body = yaml) =>
      ask('POST', '/v1/applications', { claims, body, prefix: '/github', base64: true });
    const old = { ...shopWorkflow, sub: 'repo:acme/shop:environment:production' };
    for (const claims of [shopWorkflow, old]) expect((await submit(claims)).statusCode).toBe(202);
    expect(await outbox()).toHaveLength(2);
    expect(await submit({ ...old, repository_id: '43' })).toMatchObject({ statusCode: 403 });
    expect(await submit(shopWorkflow, yaml.replace('name: shop', 'name: other'))).toMatchObject({ statusCode: 403 });
    expect(await ask('GET', '/v1/applications', { claims: shopWorkflow })).toMatchObject({ statusCode: 403 });
    expect(await outbox()).toHaveLength(2);
  });

  it('takes a report of its own cloud from a deployer, and from nobody else', async () => {
    const report = (scope: string, claims: Readonly<Record<string, string>>) =>
      ask('POST', '/v1/events', {
        claims,
        headers: batched,
        body: [
          {
            ...foreign(`r-${scope}`),
            source: '/homeostasis/deployer-azure',
            type: 'dev.homeostasis.target.surveyed.v1',
            data: { scope, phase: 'answered', message: '0 of ours found', standing: [] },
            correlationid: 'asked',
            causationid: 'asked',
          },
        ],
      });
    expect((await report('azure/northeurope', deployer)).statusCode).toBe(202);
    for (const [scope, claims] of [
      ['aws/eu-west-1', deployer],
      ['azure/northeurope', platform],
    ] as const) {
      expect(await report(scope, claims)).toMatchObject({ statusCode: 403 });
    }
    expect(await outbox()).toMatchObject([{ subject: 'azure/northeurope', correlationid: 'asked' }]);
  });

  it('shows what the services own, plans, and puts a large spec into a document', async () => {
    const store = createDynamoStore({ client, table, owner: 'dr', clock: Date });
    await store.commit({
      writes: [{ key: 'incident/aws/eu-west-1', expectedVersion: 0, value: { scope: 'aws/eu-west-1' } }],
      events: [],
    });
    expect((await ask('GET', '/v1/incidents')).json).toEqual({ incidents: [{ scope: 'aws/eu-west-1' }] });
    for (const path of ['/v1/applications', '/v1/deployments', '/v1/traffic', '/v1/health/regions', '/v1/exclusions']) {
      expect([path, (await ask('GET', path)).statusCode]).toEqual([path, 200]);
    }
    expect((await ask('GET', '/v1/rollouts/shop')).statusCode).toBe(404);
    const planned = await ask('POST', '/v1/plan', { body: yaml });
    expect(planned).toMatchObject({ statusCode: 200, json: { plans: [{ application: 'shop', feasible: true }] } });
    const services = Array.from(
      { length: 900 },
      (_, i) => `{ name: s${i}, image: 'registry.example/${'x'.repeat(150)}:${i}' }`,
    );
    const large = yaml.replace(/\[.*\]/, `[${services.join(', ')}]`);
    expect(await ask('POST', '/v1/applications', { body: large })).toMatchObject({ statusCode: 202 });
    expect((await outbox())[0]?.data).toMatchObject({
      document: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    });
  });

  it('takes a change to what it has just accepted, before anybody else has heard of it', async () => {
    const yaml = { 'content-type': 'application/yaml' };
    const scale = (name: string) =>
      ask('POST', `/v1/applications/${name}/scale`, { body: { services: [{ name: 'web', replicas: 2 }] } });
    const body = `apiVersion: homeostasis.dev/v1\nkind: Application\nmetadata: { name: shop }\nspec:\n  services: [{ name: web, image: "registry.example/web:1" }]\n`;
    expect((await scale('shop')).statusCode).toBe(404);
    expect((await ask('POST', '/v1/applications', { body, headers: yaml })).statusCode).toBe(202);
    expect((await scale('shop')).statusCode).toBe(202);
    expect((await scale('shpo')).statusCode).toBe(404);
    expect((await ask('DELETE', '/v1/applications/shop')).statusCode).toBe(202);
    expect((await scale('shop')).statusCode).toBe(404);
  });

  it('answers the event stream with what the log has, and how far it is', async () => {
    const stream = (after: number) => ask('GET', `/v1/events/stream?after=${after}`);
    expect(await stream(0)).toMatchObject({
      headers: { 'content-type': 'text/event-stream' },
      body: 'retry: 250\n\n: nothing yet\nid: 0\n\n',
    });
    await appendToLog([sampleEvent('a'), sampleEvent('b')], { client, table, consumersOf: () => 1 });
    const { body } = await stream(1);
    expect(body).toMatch(/^retry: 250\n\nid: 2\nevent: contract\.happened\ndata: \{"sequence":2,/);
    expect((await stream(2)).body).toBe('retry: 250\n\n: nothing yet\nid: 2\n\n');
    expect((await ask('GET', '/v1/events?order=desc&limit=1')).json).toMatchObject({
      events: [{ sequence: 2 }],
      next: 2,
    });
  });

  it('replays to the consumer’s queue, lists the dead and puts them back', async () => {
    await appendToLog([sampleEvent('a'), sampleEvent('x', { type: 'other' })], { client, table, consumersOf: () => 1 });
    const replayed = await ask('POST', '/v1/replay', { body: { consumer: 'monitor/on-it', after: 0 } });
    expect(replayed).toMatchObject({ statusCode: 200, json: { replayed: 1 } });
    const { queueUrl: QueueUrl, deadLetterQueueUrl } = hub.queueOf('monitor');
    const receive = async () =>
      (await hub.sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }))).Messages ?? [];
    const [message] = await receive();
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ 'detail-type': 'contract.happened', detail: { id: 'a' } });
    const unknown = await ask('POST', '/v1/replay', { body: { consumer: 'nobody/on-it', after: 0 } });
    expect(unknown).toMatchObject({
      statusCode: 404,
      json: { detail: expect.stringContaining('monitor/on-it') as unknown },
    });
    const error = { name: 'Poison', message: 'cannot be read' };
    const death = {
      body: JSON.stringify(sampleEvent('p')),
      error,
      consumer: 'monitor/on-it',
      attempts: 3,
      at: Date.now(),
    };
    await hub.sqs.send(new SendMessageCommand(deadLetterMessage(deadLetterQueueUrl, death)));
    expect((await ask('GET', '/v1/status')).json).toMatchObject({
      hub: { region },
      clouds: { aws: true },
      queue: { queued: 1, deadLetters: 1, functions: { monitor: { queued: 1, deadLetters: 1 } } },
    });
    expect((await ask('GET', '/v1/dead-letters')).json).toMatchObject({
      deadLetters: [{ consumer: 'monitor/on-it', event: { id: 'p' }, error: { name: 'Poison' }, attempts: 3 }],
    });
    expect((await ask('POST', '/v1/dead-letters/redrive', { body: { ids: 'all' } })).json).toEqual({ redriven: 1 });
    expect(JSON.parse((await receive())[0]?.Body ?? '')).toMatchObject({ id: 'p' });
  });

  it('commands a survey, routed to the deployer of the cloud', async () => {
    const { statusCode, json } = await ask('POST', '/v1/clouds/survey', { body: { scope: 'azure', id: 'doctor-1' } });
    expect({ statusCode, json }).toMatchObject({ statusCode: 202, json: { id: 'doctor-1' } });
    expect(await outbox()).toMatchObject([
      { type: 'dev.homeostasis.target.survey.v1', cloud: 'azure', correlationid: 'doctor-1' },
    ]);
  });

  it('shakes hands without claims, and takes nothing that is no event of an HTTP API', async () => {
    const headers = { 'webhook-request-origin': 'eventgrid.azure.net' };
    expect(await ask('OPTIONS', '/v1/events', { claims: undefined, headers })).toMatchObject({ statusCode: 200 });
    for (const event of [{ Records: [] }, { version: '1.0', rawPath: '/', requestContext: {} }, null]) {
      await expect(ingress(event)).rejects.toThrow('payload format 2.0');
    }
  });
});
