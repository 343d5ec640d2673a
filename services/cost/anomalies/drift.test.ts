import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import type { costAnomaly } from '../../../shared/contracts/cost-anomaly.ts';
import type { DataOf, Draft } from '../../../shared/contracts/contract.ts';
import { daily, sweeps } from '../budgets/fixtures.ts';
import { dayNumber, weekday } from '../../../shared/domain/calendar.ts';
import type { SeriesDay } from './detect.ts';
import { judgeAnomalies } from './judge.ts';
import { anomalyRoutes } from './routes.ts';
import { runsOf } from './runs.ts';

const first = dayNumber('2026-08-01');
const options = { sensitivity: 4, minimumMicros: 10_000_000, days: 56, from: first + 28 };

/** A hundred and ten days from 2026-08-01 on; undefined: the bills do not tell of the day. */
function series(cost: (i: number) => number | undefined): SeriesDay[] {
  return Array.from({ length: 110 }, (_, i) => i).flatMap((i) => {
    const units = cost(i);
    return units === undefined ? [] : [{ day: first + i, micros: Math.round(units * 1e6), open: false }];
  });
}

/** Even, with a little that never repeats in a week. */
const usual = (i: number): number => 100 + ((i * 37) % 11) - 5;
const isWeekend = (i: number): boolean => [0, 6].includes(weekday(first + i));
const leak = (i: number, daily: number, from = 60): number => usual(i) * (1 + daily) ** Math.max(0, i - from);
const found = (days: readonly SeriesDay[]) => runsOf(days, options).filter(({ kind }) => kind === 'slow');

describe('a level that rises a little every day', () => {
  it.each<[string, (i: number) => number | undefined]>([
    ['by one in a hundred', (i) => leak(i, 0.01)],
    ['by two in a hundred', (i) => leak(i, 0.02)],
    ['with quiet weekends', (i) => leak(i, 0.015) * (isWeekend(i) ? 0.3 : 1)],
    ['with idle weekends', (i) => leak(i, 0.015) * (isWeekend(i) ? 0.01 : 1)],
    ['with days that are missing', (i) => (i % 8 === 0 ? undefined : leak(i, 0.015))],
    ['with a day that sticks out of it', (i) => leak(i, 0.015) + (i === 95 ? 500 : 0)],
    ['after a level that shifted', (i) => leak(i, 0.015, 70) * (i >= 62 ? 2 : 1)],
  ])('%s is told once, with when it began', (_, cost) => {
    const runs = found(series(cost));
    expect(runs).toMatchObject([{ kind: 'slow', day: first + 109 }]);
    const [run] = runs;
    expect((run?.since ?? 0) - first).toBeGreaterThan(52);
    expect((run?.since ?? 0) - first).toBeLessThan(80);
    expect(run?.actualMicros).toBeGreaterThan(1.2 * (run?.expectedMicros ?? 0));
  });

  it.each<[string, (i: number) => number | undefined]>([
    ['nothing odd', usual],
    ['a rise of one in a thousand', (i) => leak(i, 0.001, 0)],
    ['a rise of too little money', (i) => leak(i, 0.02) / 50],
    ['a spike', (i) => (i === 80 ? 900 : usual(i))],
    ['a level that shifts', (i) => usual(i) * (i >= 80 ? 2 : 1)],
    ['two levels that shift', (i) => usual(i) * (i >= 90 ? 2.5 : i >= 80 ? 1.6 : 1)],
    ['a fall', (i) => usual(i) * (i >= 80 ? 0.3 : 1)],
    ['two quiet weeks, and two in which it comes back', (i) => usual(i) * (i < 70 ? 1 : 1 - 0.5 * back(i))],
    ['what comes each month', (i) => usual(i) + ([30, 61, 91].includes(i) ? 400 : 0)],
    ['credits', (i) => usual(i) - (i % 17 === 0 ? 300 : 0)],
    ['a level that wanders by a tenth', (i) => usual(i) * (1 + 0.09 * Math.sin(i / 9))],
  ])('is not %s', (_, cost) => {
    expect(found(series(cost))).toEqual([]);
  });

  it('is seen in no day but those up to it', () => {
    const days = series((i) => leak(i, 0.015));
    const told = days.map((_, i) => found(days.slice(0, i + 1)).length);
    const since = told.indexOf(1);
    expect(since).toBeGreaterThan(60 + 7);
    expect(since).toBeLessThan(60 + 28);
    expect(new Set(told.slice(since))).toEqual(new Set([1]));
  });
});

const back = (i: number): number => Math.min(1, Math.max(0, (98 - i) / 14));

const told = (events: readonly Draft[]) => events.map(({ data }) => data as DataOf<typeof costAnomaly>);

describe('a slow anomaly', () => {
  const vcpu = { provider: 'aws', category: 'Usage', serviceName: 'Amazon ECS', sku: 'vcpu', region: 'eu-west-1' };
  const disk = { ...vcpu, serviceName: 'Amazon S3', sku: 'storage', resource: 'logs' };
  const shop = { application: 'shop', service: 'web' };
  const rows = (to: string) =>
    daily('2026-08-01', to, (day) => {
      const grown = Math.max(0, dayNumber(day) - dayNumber('2026-10-10'));
      return [
        { ...vcpu, ...shop, resource: 'a', cost: 80 + (dayNumber(day) % 3) },
        { ...disk, ...shop, cost: 20 * 1.05 ** grown },
      ];
    });

  it('is said once, with the rows that creep up, and followed for as long as it goes on', async () => {
    const { sweep, records } = sweeps(judgeAnomalies, createMemoryRuntime);
    // The last day of a bill may still grow.
    const one = await sweep({ rows: rows('2026-11-08'), at: '2026-11-09' });
    expect(told(one.events)).toMatchObject([
      { anomaly: 'anomaly-aws-shop-web-2026-11-07-slow', kind: 'slow', rows: [{ sku: 'storage', resource: 'logs' }] },
    ]);
    const [first] = told(one.events);
    expect(first?.since).toMatch(/^2026-10-/);
    expect(first?.impactMicros).toBeGreaterThan(0);
    const next = await sweep({ rows: rows('2026-11-13'), at: '2026-11-14' });
    expect(told(next.events).filter(({ kind }) => kind === 'slow')).toEqual([]);
    const [route] = anomalyRoutes(records);
    const body = (await route?.answer({ params: {}, search: {} }))?.body as { anomalies: readonly object[] };
    expect(body.anomalies).toContainEqual(
      expect.objectContaining({ kind: 'slow', since: first?.since, day: '2026-11-12' }),
    );
  });
});
