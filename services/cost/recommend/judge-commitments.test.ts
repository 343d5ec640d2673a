import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import type { DataOf } from '../../../shared/contracts/contract.ts';
import type { recommendationMade } from '../../../shared/contracts/recommendation-made.ts';
import { dayNumber, weekday } from '../../../shared/domain/calendar.ts';
import { daily, sweeps } from '../budgets/fixtures.ts';
import { judgeRecommendations } from './judge.ts';

const fargate = { provider: 'aws', category: 'Usage', serviceName: 'Amazon Elastic Container Service' };
const shop = { ...fargate, application: 'shop', service: 'web' };
const disk = { provider: 'aws', category: 'Usage', serviceName: 'Amazon S3', cost: 1 };
const isWeekend = (day: string): boolean => [0, 6].includes(weekday(dayNumber(day)));

async function madeOf(rows: Parameters<ReturnType<typeof sweeps>['sweep']>[0]['rows']) {
  const { sweep } = sweeps(judgeRecommendations, createMemoryRuntime);
  const { events } = await sweep({ rows, at: '2026-11-21' });
  return events.map(({ data }) => data as DataOf<typeof recommendationMade>);
}

describe('a commitment', () => {
  it('is of what is spent on nine days of ten, and says how much and when it breaks even', async () => {
    const [made] = await madeOf(daily('2026-10-01', '2026-11-20', () => [{ ...shop, cost: 240 }]));
    expect(made).toMatchObject({ kind: 'commitment', application: 'fleet', service: 'aws', change: [] });
    const evidence = Object.fromEntries(made?.evidence.map(({ name, value }) => [name, value]) ?? []);
    expect(evidence['base']).toBe(10);
    expect(Number(evidence['commit'])).toBeCloseTo(10 * Number(evidence['breakeven.utilisation']));
  });

  it.each([
    ['bills of that cloud tell of them', (day: string) => (isWeekend(day) ? [disk] : [{ ...shop, cost: 240 }, disk])],
    ['no row of that cloud stands on them', (day: string) => (isWeekend(day) ? [] : [{ ...shop, cost: 240 }])],
  ])('counts the days on which nothing ran: where %s', async (_, rowsOf) => {
    expect(await madeOf(daily('2026-10-01', '2026-11-20', rowsOf))).toEqual([]);
  });
});
