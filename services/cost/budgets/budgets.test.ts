import { describe, expect, it } from 'vitest';
import type { DataOf } from '../../../shared/contracts/contract.ts';
import { budgetExceeded } from '../../../shared/contracts/budget-exceeded.ts';
import { budgetRestored } from '../../../shared/contracts/budget-restored.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import type { EstimateRecord } from '../estimates/record.ts';
import { defaultCostSettings } from '../settings.ts';
import { daily, sweeps, type BillRow } from './fixtures.ts';
import { judgeBudgets } from './judge.ts';
import { budgetKey, type BudgetRecord, type BudgetSettings } from './record.ts';
import { budgetRoutes } from './routes.ts';

const row = { provider: 'aws', category: 'Usage', application: 'shop', service: 'web', team: 'web' };
const at = 'aws/eu-west-1/fargate';
const bills = (perDay: number, to: string, from = '2026-09-01'): BillRow[] =>
  daily(from, to, () => [{ ...row, target: at, cost: perDay }]);

const budget = (over: Partial<BudgetSettings> = {}): BudgetSettings => ({
  name: 'shop-month',
  scope: { application: 'shop' },
  amount: 300,
  ...over,
});

type Exceeded = DataOf<typeof budgetExceeded>;
const exceeded = (events: readonly Draft[]): Exceeded[] =>
  events.filter(({ type }) => type === budgetExceeded.type).map(({ data }) => data as Exceeded);
const said = (events: readonly Draft[]): string[] =>
  exceeded(events).map(({ basis, percent, period, block }) => `${basis} ${percent} ${period}${block ? ' block' : ''}`);
const restored = (events: readonly Draft[]): string[] =>
  events
    .filter(({ type }) => type === budgetRestored.type)
    .map(({ data }) => (data as DataOf<typeof budgetRestored>).reason);

describe('a budget', () => {
  it('says each threshold once, what was passed and what it went on', async () => {
    const { sweep } = sweeps(judgeBudgets, createMemoryRuntime);
    const budgets = [budget()];
    const first = await sweep({ rows: bills(9, '2026-11-20'), settings: { budgets }, at: '2026-11-21' });
    expect(first.events).toEqual([]);
    // 29 × 9 = 261 is over 80 % of 300; the month comes to 270.
    const second = await sweep({ rows: bills(9, '2026-11-29'), settings: { budgets }, at: '2026-11-30' });
    expect(said(second.events)).toEqual(['actual 80 2026-11']);
    expect(exceeded(second.events)[0]).toMatchObject({
      budget: 'shop-month',
      limitMicros: 240_000_000,
      amountMicros: 261_000_000,
      currency: 'USD',
      reason: `shop/web at ${at}: 261.00 USD`,
    });
    const again = await sweep({ rows: bills(9, '2026-11-29'), settings: { budgets }, at: '2026-11-30' });
    expect(again.events).toEqual([]);
  });

  it('is not touched by bills of the same provider in another currency, however far they reach', async () => {
    const settings = { budgets: [budget()] };
    const dollars = bills(9, '2026-11-09');
    const euros = daily('2026-09-01', '2026-11-14', () => [{ ...row, target: at, cost: 50, currency: 'EUR' }]);
    const forecasts: unknown[] = [];
    for (const rows of [dollars, [...dollars, ...euros]]) {
      const { sweep, get } = sweeps(judgeBudgets, createMemoryRuntime);
      await sweep({ rows, settings, at: '2026-11-15' });
      forecasts.push((await get<BudgetRecord>(budgetKey('shop-month')))?.forecast);
    }
    expect(forecasts[0]).toMatchObject({ micros: 270_000_000 });
    expect(forecasts[1]).toEqual(forecasts[0]);
  });

  it('is judged by its forecast, blocks, and is restored when that is clearly within it', async () => {
    const { sweep, get } = sweeps(judgeBudgets, createMemoryRuntime);
    const budgets = [budget({ thresholds: [{ percent: 100, on: 'forecast', block: true }] })];
    const settings = { budgets };
    const over = await sweep({ rows: bills(11, '2026-11-09'), settings, at: '2026-11-10' });
    expect(said(over.events)).toEqual(['forecast 100 2026-11 block']);
    // 99 % of the budget: not clearly within.
    const still = await sweep({ rows: bills(9.9, '2026-11-09'), settings, at: '2026-11-10' });
    expect(still.events).toEqual([]);
    const within = await sweep({ rows: bills(9, '2026-11-09'), settings, at: '2026-11-10' });
    expect(restored(within.events)).toEqual(['the forecast fell to 270.00 USD']);
    expect((await get<BudgetRecord>(budgetKey('shop-month')))?.passed).toEqual([]);
  });

  it.each<[string, { perDay: number; over: Partial<BudgetSettings>; day: string; reason: string }]>([
    ['a new month begins', { perDay: 11, over: {}, day: '2026-12-12', reason: 'a new month began: 2026-12' }],
    [
      'it is raised',
      {
        perDay: 11,
        over: { amount: 500 },
        day: '2026-11-29',
        reason: 'the budget was raised from 300.00 USD to 500.00 USD',
      },
    ],
    [
      'bills are corrected',
      { perDay: 8, over: {}, day: '2026-11-29', reason: 'bills were corrected: 224.00 USD has been spent' },
    ],
  ])('is restored when %s', async (_, { perDay, over, day, reason }) => {
    const { sweep } = sweeps(judgeBudgets, createMemoryRuntime);
    const thresholds: BudgetSettings['thresholds'] = [{ percent: 100, on: 'actual', block: true }];
    const before = { budgets: [budget({ thresholds })] };
    const first = await sweep({ rows: bills(11, '2026-11-28'), settings: before, at: '2026-11-29' });
    expect(said(first.events)).toEqual(['actual 100 2026-11 block']);
    const settings = { budgets: [budget({ thresholds, ...over })] };
    const second = await sweep({ rows: bills(perDay, '2026-11-28'), settings, at: day });
    expect(restored(second.events)).toEqual([reason]);
    expect(exceeded(second.events)).toEqual([]);
  });

  it('of another scope is another: what was said of the old one is said of the new one, or taken back', async () => {
    const { sweep, get } = sweeps(judgeBudgets, createMemoryRuntime);
    const thresholds: BudgetSettings['thresholds'] = [{ percent: 100, on: 'actual', block: true }];
    const other = daily('2026-09-01', '2026-11-28', () => [{ ...row, application: 'blog', target: at, cost: 20 }]);
    const rows = [...bills(11, '2026-11-28'), ...other];
    const of = (application: string) => ({ budgets: [budget({ thresholds, scope: { application } })] });
    const shop = await sweep({ rows, settings: of('shop'), at: '2026-11-29' });
    expect(exceeded(shop.events)).toMatchObject([{ scope: { application: 'shop' }, block: true }]);
    // Whoever blocks by this budget has to hear that it blocks something else.
    const blog = await sweep({ rows, settings: of('blog'), at: '2026-11-29' });
    expect(exceeded(blog.events)).toMatchObject([
      { scope: { application: 'blog' }, block: true, amountMicros: 560_000_000 },
    ]);
    expect(restored(blog.events)).toEqual([]);
    const bank = await sweep({ rows, settings: of('bank'), at: '2026-11-29' });
    expect(restored(bank.events)).toEqual(['the budget is of application/bank now, not of application/blog']);
    expect((await get<BudgetRecord>(budgetKey('shop-month')))?.passed).toEqual([]);
  });

  it('that is taken out of the configuration blocks no longer', async () => {
    const { sweep, get } = sweeps(judgeBudgets, createMemoryRuntime);
    const thresholds: BudgetSettings['thresholds'] = [{ percent: 1, on: 'actual', block: true }];
    const settings = { budgets: [budget({ thresholds })] };
    await sweep({ rows: bills(11, '2026-11-20'), settings, at: '2026-11-21' });
    const gone = await sweep({ rows: [], settings: { budgets: [] }, at: '2026-11-21' });
    expect(restored(gone.events)).toEqual(['the budget is no longer configured']);
    expect(await get(budgetKey('shop-month'))).toBeUndefined();
  });

  it('hears of the last bills of a month in the next one, and blocks nothing for them', async () => {
    const { sweep } = sweeps(judgeBudgets, createMemoryRuntime);
    const budgets = [budget({ thresholds: [{ percent: 100, on: 'actual', block: true }] })];
    const first = await sweep({ rows: bills(10, '2026-11-29'), settings: { budgets }, at: '2026-11-30' });
    expect(first.events).toEqual([]);
    const late = await sweep({ rows: bills(10, '2026-12-01'), settings: { budgets }, at: '2026-12-02' });
    expect(said(late.events)).toEqual(['actual 100 2026-11']);
    const again = await sweep({ rows: bills(10, '2026-12-01'), settings: { budgets }, at: '2026-12-02' });
    expect(again.events).toEqual([]);
  });

  it('tells a day far above the usual one, once, and another one again', async () => {
    const { sweep } = sweeps(judgeBudgets, createMemoryRuntime);
    const budgets = [budget({ amount: 1e6, burst: { percent: 200, minimum: 20 } })];
    const with30 = (days: readonly string[], to: string): BillRow[] =>
      daily('2026-09-01', to, (day) => [{ ...row, target: at, cost: days.includes(day) ? 30 : 10 }]);
    const settings = { budgets };
    const one = await sweep({ rows: with30(['2026-11-18'], '2026-11-20'), settings, at: '2026-11-21' });
    expect(exceeded(one.events)).toMatchObject([
      {
        basis: 'burst',
        percent: 200,
        limitMicros: 20_000_000,
        amountMicros: 30_000_000,
        reason: `shop/web at ${at}: 30.00 USD`,
      },
    ]);
    const same = await sweep({ rows: with30(['2026-11-18'], '2026-11-20'), settings, at: '2026-11-21' });
    expect(exceeded(same.events)).toEqual([]);
    const other = await sweep({ rows: with30(['2026-11-18', '2026-11-22'], '2026-11-22'), settings, at: '2026-11-23' });
    expect(exceeded(other.events)).toHaveLength(1);
  });

  it('compares what is placed, before any bill', async () => {
    const { sweep, records } = sweeps(judgeBudgets, createMemoryRuntime);
    const targets = { [at]: 200_000_000, 'gcp/europe-west1/cloud-run': 150_000_000 };
    const sums = { low: 300_000_000, expected: 350_000_000, high: 400_000_000, traffic: 0 };
    const value: EstimateRecord = {
      application: 'shop',
      service: 'web',
      generation: 2,
      intervals: [
        { from: 0, to: 1, targets: { [at]: 900_000_000 }, ...sums },
        { from: 1, targets, ...sums },
      ],
    };
    await records.commit({ writes: [{ key: 'estimate/shop/web', value, expectedVersion: 0 }], events: [] });
    const thresholds: BudgetSettings['thresholds'] = [{ percent: 100, on: 'estimate' }];
    const budgets = [budget({ thresholds }), budget({ name: 'aws', scope: { cloud: 'aws' }, thresholds })];
    const { events } = await sweep({ rows: [], settings: { budgets }, at: '2026-11-21' });
    expect(exceeded(events)).toMatchObject([
      {
        budget: 'shop-month',
        basis: 'estimate',
        amountMicros: 350_000_000,
        reason: expect.stringContaining('shop/web at') as string,
      },
    ]);
  });

  it('adds no two currencies, and says what it left out', async () => {
    const { sweep, get, records } = sweeps(judgeBudgets, createMemoryRuntime);
    const rows = bills(20, '2026-11-20').map((each) => ({ ...each, currency: 'EUR' }));
    const budgets = [
      budget({
        thresholds: [
          { percent: 1, on: 'estimate' },
          { percent: 1, on: 'actual' },
        ],
        currency: 'CHF',
      }),
    ];
    const { events } = await sweep({ rows, settings: { budgets }, at: '2026-11-21' });
    expect(events).toEqual([]);
    const record = await get<BudgetRecord>(budgetKey('shop-month'));
    expect(record?.spentMicros).toBeUndefined();
    expect(record?.problems.join('\n')).toMatch(
      /400\.00 EUR of this month's bills is not compared with a budget in CHF/,
    );
    expect(record?.problems.join('\n')).toMatch(/estimates are in USD/);
    const [route] = budgetRoutes(records, { ...defaultCostSettings, budgets });
    expect(await route?.answer({ params: {}, search: {} })).toMatchObject({
      body: { budgets: [{ budget: 'shop-month', state: 'unknown', blocked: false, scopeName: 'application/shop' }] },
    });
  });

  it('is one of two hundred that are judged in pages', async () => {
    const { sweep } = sweeps(judgeBudgets, createMemoryRuntime);
    const all = Array.from({ length: 200 }, (_, i) => budget({ name: `b${i}`, amount: 100 }));
    const { events, pages } = await sweep({
      rows: bills(11, '2026-11-20'),
      settings: { budgets: all },
      at: '2026-11-21',
    });
    expect(pages).toBeGreaterThan(5);
    expect(exceeded(events)).toHaveLength(600);
  });

  it('of which no bill tells is unknown, never zero', async () => {
    const { records } = createMemoryRuntime({ clock: { now: () => 0 } });
    const [route] = budgetRoutes(records, { ...defaultCostSettings, budgets: [budget()] });
    const answer = await route?.answer({ params: {}, search: {} });
    expect(answer?.body).toMatchObject({ budgets: [{ state: 'unknown' }] });
    expect(JSON.stringify(answer?.body)).not.toContain('spentMicros');
  });
});
