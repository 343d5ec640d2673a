import { hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDoor } from '../../shared/adapters/federation/door.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { command } from '../../services/deployer-gcp/given.ts';
import { startAuthority, type Authority } from '../federation/authority.ts';
import { names } from '../federation/trust.ts';

/** The relay as Lambda runs it: the exported handler, composed from nothing but the environment. */
let authority: Authority;
let far: Server;
let queue: Server;
let url: string;
let arrived: { readonly cloud: string; readonly id: string }[];
let answer: number;
/** Actions asked of SQS, with their bodies. */
let asked: { readonly action: string; readonly body: Record<string, unknown> }[];
let handler: (event: unknown) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;

const listening = async (server: Server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const gcpAudience = 'https://deployer.run.app';

beforeAll(async () => {
  authority = await startAuthority();
  const doors = {
    azure: createDoor({
      ...{ issuer: authority.issuers.entra.url, audience: names.functionAppId },
      ...{ caller: names.client, callerClaims: ['azp'] },
    }),
    gcp: createDoor({
      ...{ issuer: authority.issuers.google.url, audience: gcpAudience },
      ...{ caller: names.invoker, callerClaims: ['email'] },
    }),
  };
  far = createServer((request, response) => {
    const cloud = request.url === '/azure' ? 'azure' : 'gcp';
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      doors[cloud](request.headers.authorization)
        .then(() => {
          arrived.push({ cloud, id: (JSON.parse(body) as Envelope).id });
          response.writeHead(answer).end();
        })
        .catch(() => response.writeHead(401).end());
    });
  });
  queue = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
      const given = JSON.parse(body) as Record<string, unknown>;
      asked.push({ action, body: given });
      // The client compares it with what it sent.
      const digest = hash('md5', String(given['MessageBody']));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ MessageId: 'm', MD5OfMessageBody: digest }));
    });
  });
  url = await listening(far);
  const sqs = await listening(queue);
  const relay = {
    azure: {
      ...{ url: `${url}/azure`, audience: names.functionApp, tenant: names.tenant, client: names.client },
      authorityHost: authority.secureUrl,
    },
    gcp: {
      ...{ url: `${url}/gcp`, audience: gcpAudience, provider: names.provider, serviceAccount: names.invoker },
      ...{ tokenUrl: `${authority.url}/v1/token`, credentialsUrl: authority.url },
    },
  };
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_STS: authority.url,
    AWS_ENDPOINT_URL_SQS: sqs,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    HOMEOSTASIS_RELAY: JSON.stringify(relay),
    HOMEOSTASIS_DOCUMENTS: 'documents',
    HOMEOSTASIS_QUEUE_URL: `${sqs}/123456789012/relay`,
    HOMEOSTASIS_DEAD_LETTER_QUEUE_URL: `${sqs}/123456789012/relay-dead`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = (await import('../../services/relay/main.lambda.ts')) as { handler: typeof handler });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const server of [far, queue]) {
    server.closeAllConnections();
    server.close();
  }
  await authority.close();
});
beforeEach(() => {
  authority.reset();
  arrived = [];
  asked = [];
  answer = 204;
});

function record(cloud: 'azure' | 'gcp', id: string, attempt = 1) {
  const target = { azure: 'azure/westeurope/container-apps', gcp: 'gcp/europe-west1/cloud-run' }[cloud];
  const { delayMs: _, ...draft } = deploymentApply.draft(command({}, { target }));
  const own = { specversion: '1.0', id, source: '/homeostasis/placement', correlationid: 'r-1' };
  const event = parseEnvelope({ ...draft, ...own }, { time: '2026-11-21T08:00:00Z' });
  return {
    messageId: id,
    receiptHandle: `handle-${id}`,
    body: JSON.stringify(toBusEvent(event)),
    attributes: { ApproximateReceiveCount: String(attempt) },
  };
}

describe('the relay, from its environment', () => {
  it('carries each command to its cloud, with one token each', async () => {
    const Records = [record('azure', 'a-1'), record('gcp', 'g-1'), record('azure', 'a-2'), record('gcp', 'g-2')];
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    const order = (left: { id: string }, right: { id: string }) => left.id.localeCompare(right.id);
    expect(arrived.sort(order)).toEqual([
      { cloud: 'azure', id: 'a-1' },
      { cloud: 'azure', id: 'a-2' },
      { cloud: 'gcp', id: 'g-1' },
      { cloud: 'gcp', id: 'g-2' },
    ]);
    expect(authority.issued.filter((what) => what === 'entra' || what === 'google').sort()).toEqual([
      'entra',
      'google',
    ]);
    expect(asked).toEqual([]);
  });

  it('hides a command that is owed, up to its fortieth attempt', async () => {
    answer = 503;
    const answered = await handler({ Records: [record('gcp', 'g-3', 39)] });
    expect(answered).toEqual({ batchItemFailures: [{ itemIdentifier: 'g-3' }] });
    expect(asked.map(({ action }) => action)).toEqual(['ChangeMessageVisibility']);
    asked = [];
    expect(await handler({ Records: [record('gcp', 'g-3', 40)] })).toEqual({ batchItemFailures: [] });
    expect(asked[0]).toMatchObject({ action: 'SendMessage' });
  });

  it('buries at once what will never be taken, with the far side’s answer', async () => {
    answer = 422;
    expect(await handler({ Records: [record('azure', 'a-4')] })).toEqual({ batchItemFailures: [] });
    expect(asked[0]).toMatchObject({
      action: 'SendMessage',
      body: {
        MessageAttributes: {
          errorName: { StringValue: 'CommandRefused' },
          consumer: { StringValue: 'relay/deployment-apply' },
        },
      },
    });
    expect(JSON.stringify(asked)).not.toMatch(/eyJ/);
  });
});
