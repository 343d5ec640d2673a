import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidSpec, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { createBigQuerySource } from './index.ts';

/** A server that speaks BigQuery's REST API (jobs.insert, getQueryResults, jobs.get) to Google's client. */
const job = {
  jobReference: { projectId: 'billing', jobId: 'job-1', location: 'EU' },
  status: { state: 'DONE' },
  statistics: { query: { totalBytesBilled: String(2 ** 30) } },
};
const field = (name: string, type: string, mode = 'NULLABLE', fields: unknown[] = []) => ({ name, type, mode, fields });
const schema = {
  fields: [
    field('BilledCost', 'NUMERIC'),
    field('BillingCurrency', 'STRING'),
    field('ChargePeriodStart', 'TIMESTAMP'),
    field('Tags', 'RECORD', 'REPEATED', [field('key', 'STRING'), field('value', 'STRING')]),
  ],
};
const row = (cost: string) => ({
  f: [
    { v: cost },
    { v: 'USD' },
    { v: '1793491200000000' },
    { v: [{ v: { f: [{ v: 'homeostasis-service' }, { v: 'web' }] } }] },
  ],
});

const asked: { readonly path: string; readonly body: Record<string, unknown> | undefined }[] = [];
let insert: { readonly status: number; readonly body: unknown };
let server: Server;
let folder: string;
let url: string;

beforeEach(async () => {
  asked.length = 0;
  insert = { status: 200, body: job };
  folder = mkdtempSync(join(tmpdir(), 'bigquery-'));
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push({ path, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) });
      const { status, body } = request.method === 'POST' ? insert : { status: 200, body: answerTo(path) };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((closed) => server.close(closed));
});

function answerTo(path: string): unknown {
  if (!path.includes('/queries/')) return job;
  const common = { jobReference: job.jobReference, jobComplete: true, schema, totalRows: '2' };
  return path.includes('pageToken=two')
    ? { ...common, rows: [row('-0.000000001')] }
    : { ...common, rows: [row('1.234567890123')], pageToken: 'two' };
}

function source() {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'a-token', expiry_date: Date.now() + 3_600_000 });
  // Two versions of one class: the client brings its own.
  const auth = authClient as unknown as NonNullable<BigQueryOptions['authClient']>;
  const client = () =>
    Promise.resolve(
      new BigQuery({ projectId: 'billing', apiEndpoint: url, authClient: auth, retryOptions: { autoRetry: false } }),
    );
  return createBigQuerySource({
    name: 'google',
    dataset: 'gcp_billing_immutable_0123_EU',
    table: 'gcp_billing_export_focus_0123',
    maximumBytes: 10 ** 10,
    months: 2,
    client,
  });
}
const november = { source: 'google', location: '2026-11', version: 'as of 2026-11-21' };
const fetchIt = () => source().fetch(november, join(folder, 'inbox'));

describe('the FOCUS export in BigQuery', () => {
  it('is asked for one month, with a bound on what may be billed, and written down as it comes', async () => {
    const { path, ...rest } = await fetchIt();
    expect(rest).toEqual({ format: 'ndjson', requests: 1, requestMicros: Math.ceil(6_250_000 / 1024) });
    expect(asked[0]?.body).toMatchObject({
      configuration: {
        query: { maximumBytesBilled: '10000000000', useLegacySql: false, parameterMode: 'named' },
      },
    });
    expect(JSON.stringify(asked[0]?.body)).toContain(
      '`gcp_billing_export_focus_0123` WHERE BillingPeriodStart >= @from',
    );
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        BilledCost: '1.234567890123',
        BillingCurrency: 'USD',
        ChargePeriodStart: '2026-11-01T00:00:00.000Z',
        Tags: [{ key: 'homeostasis-service', value: 'web' }],
      },
      expect.objectContaining({ BilledCost: expect.stringMatching(/^-(0\.000000001|1e-9)$/) as string }),
    ]);
  });

  it.each([
    [400, 'Query exceeded limit for bytes billed: 10000000000', InvalidSpec],
    [403, 'Access Denied: Table x', Unauthorized],
    [429, 'rateLimitExceeded', Throttled],
  ])('says what a %d (%s) asks of the caller', async (status, message, kind) => {
    insert = { status, body: { error: { code: status, message, errors: [{ message, reason: 'x' }] } } };
    await expect(fetchIt()).rejects.toBeInstanceOf(kind);
  });
});
