import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CostManagementClient } from '@azure/arm-costmanagement';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificates, type Certificates } from '../../../sandbox/core/certificates.ts';
import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { azureCost, createCostApiSource } from './index.ts';

/** A server that speaks the query API as documented (learn.microsoft.com/rest/api/cost-management/query/usage), to Azure's client. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const asked: { readonly path: string; readonly body: Record<string, unknown>; readonly authorization: string }[] = [];
let answers: (request: IncomingMessage) => Answer;
let server: Server;
let folder: string;
let url: string;

const columns = [
  { name: 'totalCost', type: 'Number' },
  { name: 'UsageDate', type: 'Number' },
  { name: 'TagKey', type: 'String' },
  { name: 'TagValue', type: 'String' },
  { name: 'TagKey', type: 'String' },
  { name: 'TagValue', type: 'String' },
  { name: 'Currency', type: 'String' },
];
const row = (cost: unknown, day: unknown, application: string, service: string) => [
  ...[cost, day],
  ...['homeostasis-application', application],
  ...['homeostasis-service', service],
  'EUR',
];
const page = (rows: readonly unknown[], nextLink: string | null = null): Answer => ({
  status: 200,
  body: { id: 'x', name: 'x', type: 'Microsoft.CostManagement/query', properties: { nextLink, columns, rows } },
});

let tls: Certificates;
beforeAll(async () => {
  tls = await createCertificates();
});
beforeEach(async () => {
  asked.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'azure-cost-'));
  server = createServer(tls, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const authorization = String(request.headers.authorization);
      asked.push({ path: request.url ?? '', body: JSON.parse(text) as Record<string, unknown>, authorization });
      const { status, body, headers } = answers(request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((closed) => server.close(closed));
});

const scope = '/subscriptions/00000000-0000-0000-0000-000000000001';

function source() {
  const credential = {
    getToken: () => Promise.resolve({ token: 'a-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const client = () =>
    Promise.resolve(
      new CostManagementClient(credential, {
        $host: url,
        endpoint: url,
        tlsOptions: { ca: tls.ca },
        retryOptions: { maxRetries: 0 },
      }),
    );
  return createCostApiSource(azureCost({ name: 'subscription', scope, client }), {
    folder: join(folder, 'cache'),
    pages: 10,
    months: 2,
  });
}

const november = { source: 'subscription', location: '2026-11', version: 'as of 2026-11-21' };
const fetchIt = () => source().fetch(november, join(folder, 'inbox'));
const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('Cost Management as a place of bills', () => {
  it('asks by day and our tags, follows the link with the same question, and writes rows in the words of FOCUS', async () => {
    answers = ({ url: path = '' }) =>
      path.includes('skiptoken')
        ? page([row(-0.25, 20261102, '', '')])
        : page([row(0.000000123456, 20261101, 'shop', 'web')], `${url}${scope}/providers/x/query?$skiptoken=abc`);
    const fetched = await fetchIt();
    expect(fetched).toMatchObject({ requests: 2, requestMicros: 0 });
    expect(asked[0]?.path).toMatch(/^\/subscriptions/);
    expect(asked[0]?.path).toContain(`${scope}/providers/Microsoft.CostManagement/query?api-version=`);
    expect(asked[0]?.body).toMatchObject({
      type: 'ActualCost',
      timeframe: 'Custom',
      timePeriod: { from: '2026-11-01T00:00:00.000Z', to: '2026-11-20T23:59:59.000Z' },
      dataset: {
        granularity: 'Daily',
        grouping: [
          { type: 'TagKey', name: 'homeostasis-application' },
          { type: 'TagKey', name: 'homeostasis-service' },
        ],
      },
    });
    expect(asked[1]?.body).toMatchObject({ type: 'ActualCost', dataset: { granularity: 'Daily' } });
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer a-token', 'Bearer a-token']);
    expect(linesOf(fetched.path)).toMatchObject([
      {
        BilledCost: '0.000000123456',
        BillingCurrency: 'EUR',
        BillingAccountId: '00000000-0000-0000-0000-000000000001',
        ChargePeriodStart: '2026-11-01T00:00:00Z',
        Tags: { 'homeostasis-application': 'shop', 'homeostasis-service': 'web' },
      },
      { BilledCost: '-0.25', ChargeCategory: 'Credit', Tags: {} },
    ]);
  });

  it('sends its token nowhere else, whatever the link says', async () => {
    answers = () => page([row(1, 20261101, 'shop', 'web')], 'https://elsewhere.example/query');
    await expect(fetchIt()).rejects.toThrow('elsewhere.example');
    expect(asked).toHaveLength(1);
  });

  it('waits as long as the longest of its limits says', async () => {
    answers = () => ({
      status: 429,
      body: { error: { code: '429', message: 'Too many requests' } },
      headers: {
        'x-ms-ratelimit-microsoft.costmanagement-entity-retry-after': '11',
        'x-ms-ratelimit-microsoft.costmanagement-tenant-retry-after': '30',
      },
    });
    const error = await fetchIt().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Throttled);
    expect((error as Throttled).retryAfterMs).toBe(30_000);
  });

  it.each([
    [403, Unauthorized],
    [503, CloudUnreachable],
  ])('says what a %d asks of the caller', async (status, kind) => {
    answers = () => ({ status, body: { error: { code: 'Nope', message: 'no' } } });
    await expect(fetchIt()).rejects.toBeInstanceOf(kind);
  });

  it.each([
    ['a cost that is text', row('12,50', 20261101, 'shop', 'web')],
    ['a day that is none', row(1, 20261399, 'shop', 'web')],
  ])('believes no row with %s', async (_, odd) => {
    answers = () => page([odd]);
    await expect(fetchIt()).rejects.toThrow('Cost Management answered');
  });

  it('names the column that is missing', async () => {
    answers = () => ({
      status: 200,
      body: { properties: { columns: [{ name: 'Cost', type: 'Number' }], rows: [[1]] } },
    });
    await expect(fetchIt()).rejects.toThrow('usagedate');
  });

  it('takes a month without any cost for what it is', async () => {
    answers = () => page([]);
    const { path } = await fetchIt();
    expect(readFileSync(path, 'utf8')).toBe('');
  });
});
