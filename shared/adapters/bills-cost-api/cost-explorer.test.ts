import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { FileGone, SpentPages } from '../../ports/bill-source.ts';
import { costExplorer, createCostApiSource } from './index.ts';

/** A server that speaks GetCostAndUsage as documented (docs.aws.amazon.com/aws-cost-management/latest/APIReference), to AWS's client. */
interface Asked {
  readonly target: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const asked: Asked[] = [];
let pages: (token: string | undefined) => { readonly status: number; readonly body: unknown };
let server: Server;
let folder: string;
let url: string;

const group = (keys: readonly string[], amount: string, amortized = amount) => ({
  Keys: keys,
  Metrics: { UnblendedCost: { Amount: amount, Unit: 'USD' }, AmortizedCost: { Amount: amortized, Unit: 'USD' } },
});
const result = (day: string, groups: readonly unknown[]) => ({
  TimePeriod: { Start: day, End: day },
  Total: {},
  Groups: groups,
  Estimated: true,
});
const checkout = ['homeostasis:application$shop', 'homeostasis:service$checkout'];
const untagged = ['homeostasis:application$', 'homeostasis:service$'];

beforeEach(async () => {
  asked.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'cost-explorer-'));
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      asked.push({ target: String(request.headers['x-amz-target']), body });
      const answer = pages(body['NextPageToken'] as string | undefined);
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((closed) => server.close(closed));
});

const source = (allowed = 10, today = '2026-11-21', months = 2) =>
  createCostApiSource(
    costExplorer({
      name: 'payer',
      account: '123456789012',
      client: () =>
        Promise.resolve(
          new CostExplorerClient({
            region: 'us-east-1',
            endpoint: url,
            maxAttempts: 1,
            credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
          }),
        ),
    }),
    { folder: join(folder, 'cache'), pages: allowed, months, now: () => Date.parse(today) },
  );

const now = new Date('2026-11-21T09:30:00Z');
const november = { source: 'payer', location: '2026-11', version: 'as of 2026-11-21' };
const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('Cost Explorer as a place of bills', () => {
  it('lists this month and the last without asking anybody', async () => {
    expect(await source().list(now)).toEqual([
      { source: 'payer', location: '2026-10', version: 'as of 2026-11-10' },
      november,
    ]);
    expect(asked).toEqual([]);
  });

  it('has nothing of a month on its first day, and asks again for the last one until it is final', async () => {
    expect(await source().list(new Date('2027-01-01T05:00:00Z'))).toEqual([
      { source: 'payer', location: '2026-12', version: 'as of 2027-01-01' },
    ]);
  });

  it('lists as many months as it is told to, those long over once for all', async () => {
    const listed = await source(10, '2026-11-21', 4).list(now);
    expect(listed.map(({ location, version }) => [location, version])).toEqual([
      ['2026-08', 'as of 2026-09-10'],
      ['2026-09', 'as of 2026-10-10'],
      ['2026-10', 'as of 2026-11-10'],
      ['2026-11', 'as of 2026-11-21'],
    ]);
  });

  it('leaves half of a day’s allowance to the months that go on', async () => {
    pages = (token) => ({
      status: 200,
      body: { ResultsByTime: [result('2026-11-01', [group(checkout, '1')])], NextPageToken: `${token ?? ''}+` },
    });
    const months = source(3, '2026-11-21', 4);
    const august = { source: 'payer', location: '2026-08', version: 'as of 2026-09-10' };
    await expect(months.fetch(august, join(folder, 'a'))).rejects.toMatchObject({ paid: { requests: 2 } });
    await expect(months.fetch(november, join(folder, 'a'))).rejects.toMatchObject({ paid: { requests: 1 } });
    expect(asked).toHaveLength(3);
  });

  it('asks by day and by our tags, follows the pages, and writes rows in the words of FOCUS', async () => {
    pages = (token) => ({
      status: 200,
      body:
        token === undefined
          ? { ResultsByTime: [result('2026-11-01', [group(checkout, '1.2345678901', '1.5')])], NextPageToken: 'more' }
          : { ResultsByTime: [result('2026-11-02', [group(untagged, '-0.5'), group(checkout, '2')])] },
    });
    const fetched = await source().fetch(november, join(folder, 'inbox'));
    expect(fetched).toMatchObject({ format: 'ndjson', requests: 2, requestMicros: 20_000 });
    expect(asked.map(({ target }) => target)).toEqual(Array(2).fill('AWSInsightsIndexService.GetCostAndUsage'));
    expect(asked[0]?.body).toMatchObject({
      TimePeriod: { Start: '2026-11-01', End: '2026-11-21' },
      Granularity: 'DAILY',
      GroupBy: [
        { Type: 'TAG', Key: 'homeostasis:application' },
        { Type: 'TAG', Key: 'homeostasis:service' },
      ],
    });
    expect(linesOf(fetched.path)).toMatchObject([
      {
        BilledCost: '1.2345678901',
        EffectiveCost: '1.5',
        BillingCurrency: 'USD',
        BillingAccountId: '123456789012',
        BillingPeriodStart: '2026-11-01T00:00:00Z',
        BillingPeriodEnd: '2026-12-01T00:00:00Z',
        ChargePeriodStart: '2026-11-01T00:00:00Z',
        ChargePeriodEnd: '2026-11-02T00:00:00Z',
        ChargeCategory: 'Usage',
        Tags: { 'homeostasis:application': 'shop', 'homeostasis:service': 'checkout' },
      },
      { BilledCost: '-0.5', ChargeCategory: 'Credit', Tags: {} },
      { BilledCost: '2', ChargePeriodStart: '2026-11-02T00:00:00Z' },
    ]);
  });

  it('never pays twice for what it has: a second fetch, and a new process, read the cache', async () => {
    pages = () => ({ status: 200, body: { ResultsByTime: [result('2026-11-01', [group(checkout, '1')])] } });
    const first = await source().fetch(november, join(folder, 'a'));
    const second = await source().fetch(november, join(folder, 'b'));
    expect(second).toMatchObject({ requests: 0, requestMicros: 0 });
    expect(linesOf(second.path)).toEqual(linesOf(first.path));
    expect(asked).toHaveLength(1);
  });

  it('stops at the allowance of the day, keeps what it has paid for, and goes on there the next time', async () => {
    pages = (token) => ({
      status: 200,
      body: {
        ResultsByTime: [result(`2026-11-0${Number(token ?? 0) + 1}`, [group(checkout, '1')])],
        ...(token === '2' ? {} : { NextPageToken: String(Number(token ?? 0) + 1) }),
      },
    });
    const refused = await source(2)
      .fetch(november, join(folder, 'a'))
      .catch((error: unknown) => error);
    // Tomorrow it is another month, and would be so again: who set the allowance has to know.
    expect(refused).toBeInstanceOf(SpentPages);
    expect(refused).toMatchObject({ beginsAnew: true, paid: { requests: 2, requestMicros: 20_000 } });
    expect((refused as SpentPages).message).toMatch(
      /the 2 paid requests .* end before page 3 of 2026-11.*raise `pages`/,
    );
    const fetched = await source(3).fetch(november, join(folder, 'b'));
    expect(fetched.requests).toBe(1);
    expect(linesOf(fetched.path)).toHaveLength(3);
    expect(asked).toHaveLength(3);
  });

  it('pays for no more than the allowance when two months are fetched at once', async () => {
    pages = () => ({ status: 200, body: { ResultsByTime: [result('2026-11-01', [group(checkout, '1')])] } });
    const one = source(1);
    const october = { source: 'payer', location: '2026-10', version: 'as of 2026-11-10' };
    const both = await Promise.allSettled([november, october].map((each) => one.fetch(each, join(folder, 'a'))));
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(asked).toHaveLength(1);
  });

  it('reads a month that is final over as many days as the allowance takes, each page paid for once', async () => {
    pages = (token) => ({
      status: 200,
      body: {
        ResultsByTime: [result(`2026-10-0${Number(token ?? 0) + 1}`, [group(checkout, '1')])],
        ...(token === '2' ? {} : { NextPageToken: String(Number(token ?? 0) + 1) }),
      },
    });
    const october = { source: 'payer', location: '2026-10', version: 'as of 2026-11-10' };
    for (const today of ['2026-11-21', '2026-11-22']) {
      await expect(source(1, today).fetch(october, join(folder, 'a'))).rejects.toMatchObject({ beginsAnew: false });
      await expect(source(1, today).fetch(october, join(folder, 'a'))).rejects.toBeInstanceOf(SpentPages);
    }
    const fetched = await source(1, '2026-11-23').fetch(october, join(folder, 'b'));
    expect([fetched.requests, linesOf(fetched.path).length, asked.length]).toEqual([1, 3, 3]);
  });

  it('keeps no more than can be asked for again: the last reading of this month and of the last', async () => {
    pages = () => ({ status: 200, body: { ResultsByTime: [result('2026-11-01', [group(checkout, '1')])] } });
    const monthly = ['2026-07', '2026-08', '2026-09', '2026-10'];
    for (const month of monthly) {
      const next = monthly[monthly.indexOf(month) + 1] ?? '2026-11';
      for (const asOf of [`${month}-20`, `${next}-10`]) {
        await source(10, asOf).fetch({ source: 'payer', location: month, version: `as of ${asOf}` }, join(folder, 'a'));
      }
    }
    const cache = join(folder, 'cache', 'payer');
    expect(readdirSync(cache).filter((name) => !name.startsWith('spent-'))).toEqual(['2026-10']);
    expect(readdirSync(join(cache, '2026-10'))).toEqual(['2026-11-10']);
    expect(readdirSync(cache).filter((name) => name.startsWith('spent-'))).toEqual(
      ['2026-09-10', '2026-09-20', '2026-10-10', '2026-10-20', '2026-11-10'].map((day) => `spent-${day}.json`),
    );
    const before = asked.length;
    const final = { source: 'payer', location: '2026-10', version: 'as of 2026-11-10' };
    expect(await source(10, '2026-11-12').fetch(final, join(folder, 'b'))).toMatchObject({ requests: 0 });
    expect(asked.length).toBe(before);
  });

  it('does not follow pages in a circle', async () => {
    pages = () => ({ status: 200, body: { ResultsByTime: [], NextPageToken: 'again' } });
    await expect(source().fetch(november, join(folder, 'a'))).rejects.toThrow('leads back');
    expect(asked).toHaveLength(2);
  });

  it.each([
    [400, 'LimitExceededException', Throttled],
    [429, 'TooManyRequestsException', Throttled],
    [400, 'AccessDeniedException', Unauthorized],
  ])('says what a %s %s asks of the caller', async (status, code, kind) => {
    pages = () => ({ status, body: { __type: code, message: 'no' } });
    const error = await source()
      .fetch(november, join(folder, 'a'))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).not.toContain('test');
  });

  it.each([
    ['no amount', group(checkout, 'NaN')],
    ['no cost at all', { Keys: checkout, Metrics: {} }],
  ])('believes no group with %s', async (_, odd) => {
    pages = () => ({ status: 200, body: { ResultsByTime: [result('2026-11-01', [odd])] } });
    await expect(source().fetch(november, join(folder, 'a'))).rejects.toThrow(/2026-11-01/);
  });

  it('knows what is no month of its own', async () => {
    const odd = { source: 'payer', location: '../../etc', version: 'as of 2026-11-21' };
    await expect(source().fetch(odd, join(folder, 'a'))).rejects.toBeInstanceOf(FileGone);
  });
});
