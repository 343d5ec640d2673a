import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostGiven } from '../given.ts';
import type { SpendQuery, SpendRow } from '../spend.ts';
import { billedThrough, billedWeek, compare, forecastError } from './compare.ts';
import { expectedIn } from './days.ts';
import { follow } from './follow.ts';
import type { HandlerContext } from '../../../shared/pipeline/handler.ts';
import { judgeEstimates } from './judge.ts';
import type { EstimateInterval, EstimateRecord } from './record.ts';

const at = (iso: string): number => Date.parse(iso);
const target = 'aws/eu-west-1/fargate';
const dollars = 1e6;

const placement = (expected: number, egress = 0) => ({
  targets: [{ target, replicas: 1, monthlyMicros: expected }],
  monthly: { lowMicros: expected, expectedMicros: expected, highMicros: expected * 2, egressMicros: egress },
});
const interval = (from: string, to: string | undefined, expected: number): EstimateInterval => ({
  from: at(from),
  ...(to === undefined ? {} : { to: at(to) }),
  targets: { [target]: expected },
  low: expected,
  expected,
  high: expected * 2,
  traffic: 0,
});

describe('what is expected of a service', () => {
  const decided = (generation: number, time: string) => ({
    application: 'shop',
    service: 'web',
    generation,
    at: at(time),
  });

  it('holds until the next decision, and ends with the service', () => {
    const first = follow(undefined, decided(1, '2026-10-01T00:00:00Z'), placement(100));
    const second = follow(first, decided(2, '2026-10-05T00:00:00Z'), placement(200, 50));
    const third = follow(second, decided(3, '2026-10-09T00:00:00Z'), undefined);
    const again = follow(third, decided(4, '2026-10-10T00:00:00Z'), placement(200));
    expect(again?.intervals.map(({ from, to, expected }) => [from, to, expected])).toEqual([
      [at('2026-10-01T00:00:00Z'), at('2026-10-05T00:00:00Z'), 100],
      [at('2026-10-05T00:00:00Z'), at('2026-10-09T00:00:00Z'), 200],
      [at('2026-10-10T00:00:00Z'), undefined, 200],
    ]);
  });

  it('is not begun anew by a decision that expects the same, nor by one that says nothing of cost', () => {
    const first = follow(undefined, decided(1, '2026-10-01T00:00:00Z'), placement(100));
    const same = follow(first, decided(2, '2026-10-05T00:00:00Z'), placement(100));
    expect(same?.intervals).toEqual(first?.intervals);
    expect(follow(same, decided(3, '2026-10-06T00:00:00Z'), { targets: [] })).toBe(same);
  });

  it('is in order, without overlap, whatever is heard again or late', () => {
    const step = fc.record({
      generation: fc.integer({ min: 1, max: 30 }),
      hours: fc.integer({ min: 0, max: 3 }),
      expected: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let known: EstimateRecord | undefined;
        let now = at('2026-10-01T00:00:00Z');
        for (const { generation, hours, expected } of steps) {
          now += hours * 3_600_000;
          const what = { application: 'shop', service: 'web', generation, at: now };
          const how = expected === undefined ? undefined : placement(expected);
          const next = follow(known, what, how);
          expect(follow(next, what, how)).toBe(next);
          if (known !== undefined && known.generation >= generation) expect(next).toBe(known);
          known = next;
        }
        const intervals = known?.intervals ?? [];
        intervals.forEach(({ from, to }, i) => {
          expect(to ?? Infinity).toBeGreaterThan(from);
          const next = intervals[i + 1];
          if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(to ?? Infinity);
        });
      }),
    );
  });

  it('is forgotten after 400 days, and never grows without bound', () => {
    let known: EstimateRecord | undefined;
    const start = at('2025-01-01T00:00:00Z');
    for (let i = 1; i <= 1200; i++) {
      const what = { application: 'shop', service: 'web', generation: i, at: start + i * 12 * 3_600_000 };
      known = follow(known, what, placement(i));
    }
    expect(known?.intervals).toHaveLength(500);
    const late = follow(
      known,
      { application: 'shop', service: 'web', generation: 2000, at: at('2028-01-01T00:00:00Z') },
      placement(1),
    );
    expect(late?.intervals).toHaveLength(2);
  });

  it('is counted by the hour, over the changes within the days', () => {
    const intervals = [
      interval('2026-10-01T00:00:00Z', '2026-10-01T12:00:00Z', 730 * dollars),
      interval('2026-10-01T12:00:00Z', undefined, 1460 * dollars),
    ];
    expect(expectedIn(intervals, { from: '2026-10-01', to: '2026-10-02' })).toBe((12 + 24) * dollars);
    expect(expectedIn(intervals, { from: '2026-09-01', to: '2026-10-01' })).toBe(0);
  });
});

describe('the error of an estimate', () => {
  const now = at('2026-11-10T06:00:00Z');
  const days = (provider: string, from: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      provider,
      day: new Date(at(from) + i * 86_400_000).toISOString().slice(0, 10),
    }));
  const through = billedThrough(days('aws', '2026-10-01', 41), now);
  const steady = [interval('2026-09-20T00:00:00Z', undefined, 730 * dollars)];
  const usd = (micros: number) => [{ currency: 'USD', micros }];

  it('is the part of the bill that was not expected', () => {
    expect(forecastError(100, 75)).toBe(0.25);
    expect(forecastError(100, 150)).toBe(-0.5);
    expect(forecastError(0, 10)).toBeUndefined();
  });

  it('leaves out the days whose bills still grow', () => {
    expect([...through]).toEqual([['aws', '2026-11-08']]);
    expect(billedWeek(through)).toEqual({ from: '2026-11-02', to: '2026-11-09' });
    expect(billedWeek(new Map())).toBeUndefined();
  });

  it('is that of complete months and of the last seven days', () => {
    const facts = { months: new Map([['2026-10', usd(31 * 24 * 2 * dollars)]]), week: usd(7 * 24 * dollars) };
    const compared = compare(steady, facts, { through, known: undefined, now });
    expect(compared).toEqual({
      months: [
        // It stood on the last ten days of September, and nothing of it was billed.
        { month: '2026-09', from: '2026-09-01', to: '2026-10-01', billed: 0, estimated: 11 * 24 * dollars },
        {
          month: '2026-10',
          from: '2026-10-01',
          to: '2026-11-01',
          billed: 31 * 48 * dollars,
          estimated: 31 * 24 * dollars,
          ratio: 0.5,
        },
      ],
      week: { from: '2026-11-02', to: '2026-11-09', billed: 168 * dollars, estimated: 168 * dollars, ratio: 0 },
    });
  });

  it('waits until every cloud it was expected on has billed all of it', () => {
    const both = [{ ...steady[0]!, targets: { [target]: 1, 'gcp/europe-west1/cloud-run': 1 } }];
    const facts = { months: new Map([['2026-10', usd(1)]]), week: usd(1) };
    expect(compare(both, facts, { through, known: undefined, now })).toEqual({ months: [] });
    const later = new Map([...through, ['gcp', '2026-11-05']]);
    expect(compare(both, facts, { through: later, known: undefined, now }).months).toHaveLength(2);
  });

  it('is not told across currencies', () => {
    const euros = [{ currency: 'EUR', micros: 5 }];
    const facts = { months: new Map([['2026-10', euros]]), week: euros };
    expect(compare(steady, facts, { through, known: undefined, now })).toMatchObject({ otherCurrency: 'EUR' });
    expect(compare(steady, facts, { through, known: undefined, now }).week).toBeUndefined();
  });

  it('keeps what was compared before, thirteen months of it', () => {
    const months = Array.from({ length: 14 }, (_, i) => {
      const month = new Date(Date.UTC(2025, 6 + i, 1)).toISOString().slice(0, 7);
      return { month, from: '', to: '', billed: 1, estimated: 1, ratio: 0 };
    });
    const compared = compare(steady, { months: new Map(), week: [] }, { through, known: { months }, now });
    expect(compared.months.map(({ month }) => month)).toHaveLength(13);
    expect(compared.months.at(-1)?.month).toBe('2026-10');
  });
});

describe('the sweep', () => {
  it('holds a page of services against their bills at a time, and asks the ledger the same for each page', async () => {
    const now = at('2026-11-10T06:00:00Z');
    const records = new Map<string, unknown>();
    for (let i = 0; i < 150; i++) {
      const service = `s${String(i).padStart(3, '0')}`;
      const value: EstimateRecord = {
        application: 'shop',
        service,
        generation: 1,
        intervals: [interval('2026-09-20T00:00:00Z', undefined, 730 * dollars)],
      };
      records.set(`estimate/shop/${service}`, value);
    }
    const row = (keys: SpendRow['keys'], micros: number): SpendRow => ({
      keys,
      currency: 'USD',
      micros,
      rows: 1,
      sharedMicros: 0,
    });
    const spend = async ({ by }: SpendQuery): Promise<readonly SpendRow[]> => {
      if (by.includes('month')) return [row({ application: 'shop', service: 's007', month: '2026-10' }, 744 * dollars)];
      if (by.includes('day')) return [row({ provider: 'aws', day: '2026-11-09' }, 1)];
      if (by.includes('service')) return [row({ application: 'shop', service: 's007' }, 336 * dollars), row({}, 9)];
      return [row({ provider: 'aws' }, 42)];
    };
    const context = contextOf(records, now);
    let cursor: string | undefined;
    let pages = 0;
    do {
      const judged = await judgeEstimates({ sweep: 's', cursor, given: {} as CostGiven, context, spend });
      expect(judged.writes?.length).toBeLessThanOrEqual(61);
      for (const { key, value } of judged.writes ?? []) records.set(key, value);
      cursor = judged.cursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(pages).toBe(3);
    const { compared } = records.get('estimate/shop/s007') as EstimateRecord;
    expect(compared?.months.at(-1)).toMatchObject({ month: '2026-10', ratio: 0 });
    expect(compared?.week).toMatchObject({ ratio: 0.5 });
    expect(records.get('month-to-date')).toEqual({
      month: '2026-11',
      at: now,
      billed: [{ provider: 'aws', currency: 'USD', micros: 42 }],
    });
  });

  it('forgets services and applications that have been gone for longer than bills come', async () => {
    const now = at('2026-11-10T06:00:00Z');
    const of = (service: string, to: string | undefined): EstimateRecord => {
      return {
        application: 'shop',
        service,
        generation: 1,
        intervals: [interval('2025-01-01T00:00:00Z', to, dollars)],
      };
    };
    const team = { application: 'shop', team: 'store', labels: {}, at: at('2025-09-01T00:00:00Z') };
    const records = new Map<string, unknown>([
      ['estimate/shop/gone', of('gone', '2025-09-01T00:00:00Z')],
      ['estimate/shop/lately', of('lately', '2026-09-01T00:00:00Z')],
      ['estimate/shop/stands', of('stands', undefined)],
      ['service-usage/shop/gone', { application: 'shop', service: 'gone', days: {} }],
      ['recommended/shop/gone', { application: 'shop', service: 'gone', ids: ['idle-1'] }],
      ['recommendation/idle-1', { id: 'idle-1' }],
      ['team/shop', team],
      ['team/old', { ...team, application: 'old', withdrawn: true }],
      ['team/new', { ...team, application: 'new', withdrawn: true, at: at('2026-09-01T00:00:00Z') }],
    ]);
    const judge = () =>
      judgeEstimates({
        ...{ sweep: 's', cursor: undefined, given: {} as CostGiven, spend: async () => [] },
        context: contextOf(records, now),
      });
    for (const { key, value } of (await judge()).writes ?? [])
      if (value === undefined) records.delete(key);
      else records.set(key, value);
    expect([...records.keys()].sort()).toEqual(
      ['estimate/shop/lately', 'estimate/shop/stands', 'month-to-date', 'team/new', 'team/shop'].sort(),
    );
    // Nothing has changed: only what was billed so far is written again.
    expect((await judge()).writes?.map(({ key }) => key)).toEqual(['month-to-date']);
  });
});

function contextOf(records: ReadonlyMap<string, unknown>, now: number): HandlerContext {
  return {
    now,
    documents: {} as never,
    records: {
      get: async <T>(key: string) => records.get(key) as T | undefined,
      list: async <T>(prefix: string, { after = '', limit = 100 } = {}) => {
        const keys = [...records.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
        const items = keys.slice(0, limit).map((key) => ({ key, version: 1, value: records.get(key) as T }));
        return { items, ...(keys.length > limit ? { next: items.at(-1)?.key ?? '' } : {}) };
      },
    },
  };
}
