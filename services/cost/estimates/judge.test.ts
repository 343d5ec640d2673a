import { describe, expect, it } from 'vitest';
import type { HandlerContext } from '../../../shared/pipeline/handler.ts';
import type { CostGiven } from '../given.ts';
import type { SpendQuery, SpendRow } from '../spend.ts';
import { at, dollars, interval } from './fixtures.ts';
import { judgeEstimates } from './judge.ts';
import type { EstimateRecord } from './record.ts';

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
