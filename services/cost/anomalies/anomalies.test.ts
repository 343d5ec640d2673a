import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import type { costAnomaly } from '../../../shared/contracts/cost-anomaly.ts';
import type { DataOf, Draft } from '../../../shared/contracts/contract.ts';
import { dayNumber, weekday } from '../../../shared/domain/calendar.ts';
import { daily, sweeps, type BillRow } from '../budgets/fixtures.ts';
import { detect, type SeriesDay } from './detect.ts';
import { judgeAnomalies } from './judge.ts';
import { anomalyRoutes } from './routes.ts';

const first = dayNumber('2026-08-01');
const options = { sensitivity: 4, minimumMicros: 10_000_000, days: 56, from: first + 28 };

/** A hundred days from 2026-08-01 on; undefined: the bills do not tell of the day. */
function series(cost: (i: number) => number | undefined, length = 100): SeriesDay[] {
  return Array.from({ length }, (_, i) => i).flatMap((i) => {
    const units = cost(i);
    return units === undefined ? [] : [{ day: first + i, micros: Math.round(units * 1e6), open: false }];
  });
}

/** Even, with a little that never repeats in a week. */
const usual = (i: number): number => 100 + ((i * 37) % 11) - 5;
const isWeekend = (i: number): boolean => [0, 6].includes(weekday(first + i));
const found = (days: readonly SeriesDay[]) =>
  detect(days, options).map(({ since, day, shifted }) => `${since - first}-${day - first}${shifted ? ' shifted' : ''}`);

describe('a day that costs more than days like it', () => {
  it.each<[string, (i: number) => number | undefined, string[]]>([
    ['nothing odd', usual, []],
    ['a spike', (i) => (i === 70 ? 300 : usual(i)), ['70-70']],
    ['a run of three days', (i) => (i >= 70 && i < 73 ? 250 : usual(i)), ['70-72']],
    ['a level that stays: told once, then usual', (i) => usual(i) * (i >= 70 ? 2 : 1), ['70-76 shifted']],
    ['a fall', (i) => usual(i) * (i >= 70 ? 0.4 : 1), []],
    ['a rise after a fall', (i) => usual(i) * (i >= 90 ? 0.9 : i >= 60 ? 0.4 : 1), ['90-96 shifted']],
    ['a rise of one in a hundred a day', (i) => usual(i) * 1.01 ** i, []],
    ['quiet weekends', (i) => usual(i) * (isWeekend(i) ? 0.3 : 1), []],
    ['a weekend that is like a weekday', (i) => usual(i) * (isWeekend(i) && i !== 70 ? 0.3 : 1), ['70-70']],
    [
      'a level that stays, idle at weekends',
      (i) => usual(i) * (isWeekend(i) ? 0.01 : 1) * (i >= 66 ? 2 : 1),
      ['66-74 shifted'],
    ],
    [
      'what comes each month, from the second time on',
      (i) => usual(i) + ([30, 61, 91].includes(i) ? 400 : 0),
      ['30-30'],
    ],
    ['credits', (i) => usual(i) - (i % 17 === 0 ? 300 : 0), []],
    ['days that are missing', (i) => (i % 9 === 0 ? undefined : usual(i)), []],
    ['a large share of little money', (i) => (i === 70 ? 9 : 1), []],
  ])('%s', (_, cost, runs) => {
    expect(found(series(cost))).toEqual(runs);
  });

  it('is told while its bill is still open, and an open day that is low is not', () => {
    const days = series(usual);
    const last = first + 100;
    const open = (units: number): SeriesDay => ({ day: last, micros: units * 1e6, open: true });
    expect(found([...days, open(10)])).toEqual([]);
    expect(found([...days, open(200)])).toEqual(['100-100']);
  });

  it('needs days to compare with', () => {
    expect(found(series((i) => (i > 8 ? 1000 : 1), 13))).toEqual([]);
  });

  it('is never one that costs what it always did, nor less than the minimum above it', () => {
    const costs = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 40, maxLength: 90 });
    fc.assert(
      fc.property(costs, (all) => {
        for (const run of detect(
          series((i) => all[i], all.length),
          options,
        )) {
          expect(run.actualMicros - run.expectedMicros).toBeGreaterThan(0);
          expect(run.impactMicros).toBeGreaterThanOrEqual(options.minimumMicros);
          expect(run.since).toBeLessThanOrEqual(run.day);
        }
      }),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (level) => {
        expect(
          detect(
            series(() => level),
            options,
          ),
        ).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

const told = (events: readonly Draft[]) => events.map(({ data }) => data as DataOf<typeof costAnomaly>);
const vcpu = { provider: 'aws', category: 'Usage', serviceName: 'Amazon ECS', sku: 'vcpu', region: 'eu-west-1' };
const shop = { ...vcpu, application: 'shop', service: 'checkout' };
const bills = (to: string, rowsOf: (day: string) => readonly Omit<BillRow, 'day'>[] = () => []): BillRow[] =>
  daily('2026-08-01', to, (day) => [{ ...shop, resource: 'a', cost: 20 }, ...rowsOf(day)]);

describe('an anomaly', () => {
  it('is said once for each run, with the rows that made it, and followed as it goes on', async () => {
    const { sweep, records } = sweeps(judgeAnomalies, createMemoryRuntime);
    const extra = (day: string) => (day >= '2026-11-18' ? [{ ...shop, resource: 'b', cost: 50 }] : []);
    const one = await sweep({ rows: bills('2026-11-18', extra), at: '2026-11-19' });
    expect(told(one.events)).toMatchObject([
      {
        anomaly: 'anomaly-aws-shop-checkout-2026-11-18',
        cloud: 'aws',
        application: 'shop',
        service: 'checkout',
        since: '2026-11-18',
        actualMicros: 70_000_000,
        expectedMicros: 20_000_000,
        rows: [{ sku: 'vcpu', resource: 'b', micros: 50_000_000, expectedMicros: 0 }],
      },
    ]);
    const next = await sweep({ rows: bills('2026-11-20', extra), at: '2026-11-21' });
    expect(next.events).toEqual([]);
    const [route] = anomalyRoutes(records);
    expect(await route?.answer({ params: {}, search: { application: 'shop' } })).toMatchObject({
      body: { total: 1, anomalies: [{ since: '2026-11-18', day: '2026-11-20', impactMicros: 150_000_000 }] },
    });
    expect(await route?.answer({ params: {}, search: { application: 'blog' } })).toMatchObject({ body: { total: 0 } });
  });

  it('is what nobody claims and was not there before; a workload that is new is none', async () => {
    const { sweep } = sweeps(judgeAnomalies, createMemoryRuntime);
    const unclaimed = { provider: 'aws', category: 'Usage', serviceName: 'Amazon EC2', sku: 'p4d', cost: 800 };
    const rows = bills('2026-11-20', (day) =>
      day >= '2026-11-19' ? [unclaimed, { ...vcpu, application: 'fresh', service: 'api', cost: 500 }] : [],
    );
    const { events } = await sweep({ rows, at: '2026-11-21' });
    expect(told(events)).toMatchObject([{ cloud: 'aws', serviceName: 'Amazon EC2', actualMicros: 800_000_000 }]);
  });

  it('is no purchase, tax, credit or correction', async () => {
    const { sweep } = sweeps(judgeAnomalies, createMemoryRuntime);
    const rows = bills('2026-11-20', (day) =>
      day === '2026-11-18'
        ? ['Purchase', 'Tax', 'Adjustment'].map((category) => ({ ...shop, category, cost: 900 }))
        : [],
    );
    expect((await sweep({ rows, at: '2026-11-21' })).events).toEqual([]);
  });

  it('is one of many that are told in pages, and of names that are none of ours', async () => {
    const { sweep } = sweeps(judgeAnomalies, createMemoryRuntime);
    const rows = daily('2026-09-01', '2026-11-20', (day) =>
      Array.from({ length: 60 }, (_, i) => {
        return { ...vcpu, application: `Über App ${i}`, service: 'x', cost: day === '2026-11-19' ? 90 : 20 };
      }),
    );
    const { events, pages } = await sweep({ rows, at: '2026-11-21' });
    expect(pages).toBe(3);
    expect(new Set(told(events).map(({ anomaly }) => anomaly)).size).toBe(60);
    expect(told(events)[0]).not.toHaveProperty('application');
  });
});
