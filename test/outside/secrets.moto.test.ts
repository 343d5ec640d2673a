import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createIngress, type HttpApiAnswer } from '../../services/ingress/main.lambda.ts';
import type { HookConfig } from '../../shared/contracts/config-hooks.ts';
import { defaultSettings } from '../../shared/domain/settings/index.ts';
import { createHubBus } from './hub-bus.ts';
import { createBucket, createTable, credentials, dynamoAt, region, s3At } from './moto-clients.ts';

/**
 * Hooks of the hub whose secrets lie in Secrets Manager. Its answers are moto's; AWS's extension is a layer that cannot be had outside
 * AWS, and what stands for it here does what AWS documents of it: a token, a name, and Secrets Manager's answer as it is.
 */
const endpoint = inject('motoEndpoint');
const session = 'a-session-token';
const folder = mkdtempSync(join(tmpdir(), 'homeostasis-secrets-'));
const before = { ...process.env };
const sample = { id: 'i-1', source: '/pager', specversion: '1.0', type: 'incident.opened', data: { title: 'down' } };

async function secretsManager(action: string, body: object): Promise<{ status: number; text: string }> {
  const scope = `${credentials.accessKeyId}/20261121/${region}/secretsmanager/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `secretsmanager.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

async function answerAsExtension({ url = '', headers }: IncomingMessage): Promise<{ status: number; text: string }> {
  const { pathname, searchParams } = new URL(url, 'http://extension');
  if (pathname !== '/secretsmanager/get') return { status: 404, text: 'no such path' };
  if (headers['x-aws-parameters-secrets-token'] !== session) return { status: 403, text: 'bad token' };
  return secretsManager('GetSecretValue', { SecretId: searchParams.get('secretId') });
}

const extension = createServer((request, response) => {
  answerAsExtension(request).then(
    ({ status, text }) => response.writeHead(status).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

const hook = (name: string, authentication: HookConfig['authentication']): HookConfig => ({
  ...{ name, authentication, dialect: 'cloudevents' },
});
const hooks: readonly HookConfig[] = [
  hook('whole', { type: 'bearer', token: { secretsManager: 'prod/hooks/whole' } }),
  hook('field', { type: 'hmac', header: 'x-signature', secret: { secretsManager: 'prod/hooks', field: 'grafana' } }),
  hook('ours', { type: 'api' }),
  hook('absent', { type: 'bearer', token: { secretsManager: 'prod/hooks/absent' } }),
];

const issuer = 'https://token.actions.githubusercontent.com';
const access = [{ issuer, rules: [{ repository: 'acme/platform', may: ['publish'] }] }];
const claims = { iss: issuer, sub: 'repo:acme/platform:ref:refs/heads/main', aud: 'homeostasis' };

let ingress: ReturnType<typeof createIngress>;

beforeAll(async () => {
  await new Promise<void>((listening) => extension.listen(0, '127.0.0.1', listening));
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_REGION'] = region;
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
  process.env['POWERTOOLS_DEV'] = 'false';
  await secretsManager('CreateSecret', {
    Name: 'prod/hooks/whole',
    SecretString: 'the-new-token-it-is\nthe-old-token-it-was\n',
  });
  await secretsManager('CreateSecret', {
    Name: 'prod/hooks',
    SecretString: JSON.stringify({ grafana: 'signing-key-of-grafana' }),
  });
  writeFileSync(join(folder, 'homeostasis.json'), JSON.stringify({ ...defaultSettings, hooks, hub: { access } }));
  writeFileSync(join(folder, 'consumers.json'), '[]');
  const hub = await createHubBus(endpoint);
  ingress = createIngress({
    AWS_REGION: region,
    AWS_SESSION_TOKEN: session,
    AWS_LAMBDA_FUNCTION_NAME: 'homeostasis-ingress',
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String((extension.address() as AddressInfo).port),
    LAMBDA_TASK_ROOT: folder,
    HOMEOSTASIS_TABLE: await createTable(dynamoAt(endpoint)),
    HOMEOSTASIS_DOCUMENTS: await createBucket(s3At(endpoint)),
    HOMEOSTASIS_QUEUES: JSON.stringify(hub.queues),
  });
});
afterAll(() => {
  extension.close();
  extension.closeAllConnections();
  rmSync(folder, { recursive: true });
  process.env = before;
});

const open = { routeKey: 'POST /v1/hooks/{hook}', prefix: '' };
const ofIssuer = { routeKey: 'ANY /github/v1/{proxy+}', prefix: '/github' };

/** By a route of API Gateway; with claims where an authorizer stands before it. */
async function post(
  name: string,
  headers: Readonly<Record<string, string>>,
  { routeKey, prefix }: { readonly routeKey: string; readonly prefix: string } = open,
): Promise<HttpApiAnswer> {
  const rawPath = `${prefix}/v1/hooks/${name}`;
  const authorizer = prefix === '' ? {} : { authorizer: { jwt: { claims, scopes: null } } };
  const http = { method: 'POST', path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  return ingress({
    ...{ version: '2.0', routeKey, rawPath, rawQueryString: '', isBase64Encoded: false, body: JSON.stringify(sample) },
    headers: {
      host: 'abc.execute-api.eu-west-1.amazonaws.com',
      'content-type': 'application/cloudevents+json',
      ...headers,
    },
    requestContext: { http, ...authorizer, domainName: 'abc.execute-api.eu-west-1.amazonaws.com' },
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("the hub's hooks, by secrets of Secrets Manager", () => {
  it('let in who has one of the two in force, and nobody else', async () => {
    expect(await post('whole', bearer('the-new-token-it-is'))).toMatchObject({ statusCode: 202 });
    expect(await post('whole', bearer('the-old-token-it-was'))).toMatchObject({ statusCode: 202 });
    expect(await post('whole', bearer('another-token-it-is'))).toMatchObject({ statusCode: 401 });
  });

  it('read one field of a secret that holds several', async () => {
    const signed = (key: string) => createHmac('sha256', key).update(JSON.stringify(sample)).digest('hex');
    expect(await post('field', { 'x-signature': signed('signing-key-of-grafana') })).toMatchObject({ statusCode: 202 });
    expect(await post('field', { 'x-signature': signed('grafana') })).toMatchObject({ statusCode: 401 });
  });

  it("that let in the API's callers are called where API Gateway verifies those: under their issuer's path", async () => {
    expect(await post('ours', bearer('a-token-of-theirs'), ofIssuer)).toMatchObject({ statusCode: 202 });
    expect(await post('ours', bearer('a-token-of-theirs'))).toMatchObject({ statusCode: 401 });
  });

  it('whose secret is not there ask for the alert again, and tell a stranger nothing of it', async () => {
    const answer = await post('absent', bearer('the-new-token-it-is'));
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('prod/');
    expect(await post('whole', bearer('the-new-token-it-is'))).toMatchObject({ statusCode: 202 });
  });
});
