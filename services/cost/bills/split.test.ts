import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reader } from '../../../shared/pipeline/handler.ts';
import type { Dimension, Ledger, SumQuery, SumRow } from '../../../shared/ports/ledger.ts';
import { dimensions } from '../../../shared/ports/ledger.ts';
import { billPrefix, teamPrefix } from '../keys.ts';
import type { SpendQuery } from '../spend.ts';
import { readSpend } from './read-spend.ts';
import type { BillRecord } from './record.ts';
import { share } from './share.ts';

type Line = Partial<Readonly<Record<Dimension, string>>> & { readonly micros: number; readonly currency?: string };

/** A ledger of lines in memory, whole micro-units each: what is left to prove is the splitting. */
function ledgerOf(lines: readonly Line[]): Ledger {
  const sums = (_: unknown, { by, ...query }: SumQuery): Promise<SumRow[]> => {
    const found = new Map<string, SumRow & { micros: number }>();
    for (const { currency = 'USD', micros, ...line } of lines.filter((each) => isAskedFor(each, query))) {
      const values = valuesOf(line);
      const keys = Object.fromEntries(by.map((each) => [each, values[each] ?? null]));
      const id = JSON.stringify([keys, currency]);
      const sum = found.get(id);
      found.set(id, { keys, currency, micros: (sum?.micros ?? 0) + micros, rows: (sum?.rows ?? 0) + 1 });
    }
    return Promise.resolve([...found.values()]);
  };
  const never = (): Promise<never> => Promise.reject(new Error('not asked for here'));
  return {
    sums,
    differs: () => Promise.resolve(false),
    ingest: never,
    lines: never,
    drop: never,
    close: () => Promise.resolve(),
  };
}

const valuesOf = ({
  day = '2026-10-05',
  ...line
}: Omit<Line, 'micros'>): Readonly<Record<string, string | undefined>> => ({
  ...line,
  day,
  month: day.slice(0, 7),
});

function isAskedFor(line: Line, { from = '', to = '~', where = {} }: Omit<SumQuery, 'by'>): boolean {
  const values = valuesOf(line);
  const { day = '' } = values;
  return day >= from && day < to && Object.entries(where).every(([key, value]) => (values[key] ?? null) === value);
}

function recordsOf(teams: Readonly<Record<string, string>> = {}): Reader {
  const bill = { current: { ledgerFile: 'file', from: '2026-01-01', to: '2027-01-01' } } as BillRecord;
  const all: Readonly<Record<string, readonly unknown[]>> = {
    [billPrefix]: [bill],
    [teamPrefix]: Object.entries(teams).map(([application, team]) => ({ application, team })),
  };
  return {
    get: () => Promise.resolve(undefined),
    list: <T>(prefix: string) =>
      Promise.resolve({
        items: (all[prefix] ?? []).map((value, at) => ({ key: `${prefix}${at}`, version: 1, value: value as T })),
      }),
  };
}

const october = { from: '2026-10-01', to: '2026-11-01' };
type Rule = 'proportional' | 'even' | 'separate';
async function spend(lines: readonly Line[], query: Partial<SpendQuery>, rule: Rule = 'proportional', teams = {}) {
  const read = readSpend(recordsOf(teams), ledgerOf(lines), { shared: rule });
  const rows = await read({ ...october, by: ['application'], ...query });
  return Object.fromEntries(
    rows.map(({ keys, micros, sharedMicros }) => [Object.values(keys).join(' '), [micros, sharedMicros]]),
  );
}

describe('shares', () => {
  it('add up, whatever the amount and the weights', () => {
    const weights = fc.array(fc.nat(2 ** 40), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.maxSafeInteger(), weights, (amount, some) => {
        const shares = share(amount, some);
        expect(shares.reduce((sum, each) => sum + BigInt(each), 0n)).toBe(BigInt(amount));
        expect(share(amount, some)).toEqual(shares);
      }),
    );
  });
  it('are as the weights are, and what is left goes to those who lost most', () => {
    expect(share(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(share(10, [2, 1, 0])).toEqual([7, 3, 0]);
    expect(share(-10, [2, 1, 0])).toEqual([-7, -3, 0]);
    expect(share(5, [0, 0])).toEqual([3, 2]);
  });
});

describe('shared cost', () => {
  const a = { provider: 'aws', application: 'a', team: 't' };
  const b = { provider: 'aws', application: 'b' };

  it('is split as direct cost of the same provider and day is', async () => {
    const lines = [
      { ...a, micros: 300 },
      { ...b, micros: 100 },
      { ...b, micros: 900, day: '2026-10-06' },
      { provider: 'gcp', application: 'c', micros: 1000 },
      { provider: 'aws', micros: 40 },
    ];
    expect(await spend(lines, {})).toEqual({ c: [1000, 0], b: [1010, 10], a: [330, 30] });
  });

  it('falls back to the month of the provider, and then to everybody alike', async () => {
    const lines = [
      { ...a, micros: 300 },
      { ...b, micros: 100 },
      { provider: 'aws', micros: 40, day: '2026-10-20' },
      { provider: 'x', micros: 9 },
    ];
    expect(await spend(lines, {})).toEqual({ a: [335, 35], b: [114, 14] });
    // Asked of a part of the month it is the same.
    expect(await spend(lines, { from: '2026-10-20', to: '2026-10-21' })).toEqual({ a: [30, 30], b: [10, 10] });
  });

  it.each(['proportional', 'even'] as const)(
    'says the same of an application, however it is asked for (%s)',
    async (rule) => {
      const lines = [
        { provider: 'aws', application: 'a', service: 'one', micros: 300 },
        { provider: 'aws', application: 'a', service: 'two', micros: -200 },
        { provider: 'aws', application: 'b', service: 'one', target: 'aws/eu-west-1/fargate', micros: 50 },
        { provider: 'aws', application: 'b', service: 'one', target: 'aws/us-east-1/fargate', micros: 51 },
        { provider: 'aws', micros: 100 },
      ];
      const whole = await spend(lines, {}, rule);
      const services = await spend(lines, { by: ['application', 'service'] }, rule);
      const only = await spend(lines, { by: ['service'], where: { application: 'a' } }, rule);
      const sum = (rows: typeof whole, prefix: string): number =>
        Object.entries(rows).reduce((total, [name, [micros = 0]]) => total + (name.startsWith(prefix) ? micros : 0), 0);
      expect([sum(services, 'a '), sum(services, 'b ')]).toEqual([whole['a']?.[0], whole['b']?.[0]]);
      expect(sum(only, '')).toBe(whole['a']?.[0]);
      expect(sum(whole, '')).toBe(301);
    },
  );

  it('is split evenly, or not at all, where that is the rule', async () => {
    const lines = [
      { ...a, micros: 300 },
      { ...b, micros: 100 },
      { provider: 'aws', micros: 41 },
    ];
    expect(await spend(lines, {}, 'even')).toEqual({ a: [321, 21], b: [120, 20] });
    expect(await spend(lines, {}, 'separate')).toEqual({ a: [300, 0], b: [100, 0], '': [41, 0] });
    expect(await spend(lines, { split: false })).toEqual({ a: [300, 0], b: [100, 0], '': [41, 0] });
  });

  it('stays where nobody is charged directly, and credits weigh nothing', async () => {
    expect(await spend([{ provider: 'aws', micros: 5 }], {})).toEqual({ '': [5, 0] });
    const lines = [
      { ...a, micros: -300 },
      { ...b, micros: 100 },
      { provider: 'aws', micros: -40 },
    ];
    expect(await spend(lines, {})).toEqual({ a: [-300, 0], b: [60, -40] });
  });

  it('of another kind of cost is asked for and split only where it differs from what was billed', async () => {
    const asked: SumQuery[] = [];
    const spendOf = (differs: boolean) => {
      const ledger = ledgerOf([
        { ...a, micros: 300 },
        { provider: 'aws', micros: 40 },
      ]);
      const watched: Ledger = {
        ...ledger,
        differs: () => Promise.resolve(differs),
        sums: (files, query) => (asked.push(query), ledger.sums(files, query)),
      };
      return readSpend(recordsOf(), watched, { shared: 'proportional' });
    };
    const query: SpendQuery = { from: '2026-10-01', to: '2026-11-01', by: ['application'] };
    for (const [differs, costs] of [
      [false, ['billed']],
      [true, ['billed', 'effective']],
    ] as const) {
      asked.length = 0;
      const spend = spendOf(differs);
      expect(await spend({ ...query, cost: 'effective' })).toEqual(await spend(query));
      expect(asked.map(({ cost }) => cost).sort()).toEqual(costs);
    }
  });

  it('keeps what it was for', async () => {
    const lines = [
      { ...a, micros: 300, sku: 's' },
      { ...b, micros: 100, sku: 's' },
      { provider: 'aws', micros: 40, sku: 'tax' },
    ];
    expect(await spend(lines, { by: ['sku', 'application'], where: { application: 'a' } })).toEqual({
      's a': [300, 0],
      'tax a': [30, 30],
    });
  });

  it('goes to teams by tag, and by the label of the application; a row with a team alone is claimed', async () => {
    const lines = [
      { ...a, micros: 300 },
      { ...b, micros: 100 },
      { provider: 'aws', team: 'u', micros: 100 },
      { provider: 'aws', micros: 50 },
    ];
    expect(await spend(lines, { by: ['team'] }, 'proportional', { b: 'u' })).toEqual({ t: [330, 30], u: [220, 20] });
    expect(await spend(lines, {}, 'proportional', { b: 'u' })).toEqual({ a: [330, 30], b: [110, 10], '': [110, 10] });
  });

  it('adds up to the bills, by whatever it is grouped and whichever the rule', async () => {
    const line = fc.record({
      micros: fc.integer({ min: -1_000_000, max: 10_000_000 }),
      day: fc.constantFrom('2026-10-01', '2026-10-02', '2026-10-31'),
      provider: fc.constantFrom('aws', 'gcp'),
      application: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
      service: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
      team: fc.option(fc.constantFrom('t', 'u'), { nil: undefined }),
      sku: fc.constantFrom('s', 'r'),
      currency: fc.constantFrom('USD', 'EUR'),
    });
    const by = fc.uniqueArray(fc.constantFrom(...dimensions), { maxLength: 4 });
    const rule = fc.constantFrom<Rule>('proportional', 'even', 'separate');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), by, rule, async (lines, grouping, shared) => {
        const rows = await readSpend(recordsOf({ a: 'w' }), ledgerOf(lines as Line[]), { shared })({
          ...october,
          by: grouping,
        });
        for (const currency of ['USD', 'EUR']) {
          const of = (each: { readonly currency: string }): boolean => each.currency === currency;
          const sum = (some: readonly { readonly micros: number }[]): number =>
            some.reduce((total, { micros }) => total + micros, 0);
          expect(sum(rows.filter(of))).toBe(sum(lines.filter(of)));
        }
      }),
    );
  });
});
