import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpendRow } from '../spend.ts';
import type { UsageRecord } from '../recommend/usage-record.ts';
import { compose } from './compose.ts';
import { partsBy } from './parts.ts';
import { others } from './record.ts';

const row = (keys: SpendRow['keys'], micros: number, sharedMicros = 0): SpendRow => ({
  keys,
  currency: 'USD',
  micros,
  rows: 1,
  sharedMicros,
});

const usage = (service: string, requests: Readonly<Record<string, number | undefined>>): UsageRecord => ({
  application: 'shop',
  service,
  days: Object.fromEntries(
    Object.entries(requests).map(([day, count]) => [
      day,
      { 'aws/eu-west-1/fargate': { minutes: 1440, ...(count === undefined ? {} : { requests: count }) } },
    ]),
  ),
});

const spent = (rows: readonly SpendRow[], effective = rows) => ({
  currency: 'USD',
  rows,
  effective,
  names: { billed: rows, effective },
  sharedMicros: 0,
  months: new Map([['2026-11', 3]]),
  days: new Map([
    ['2026-11-02', 2],
    ['2026-11-01', 1],
  ]),
});

describe('parts of a total', () => {
  it('add up to it, whatever is shown and whatever is gathered', () => {
    const amounts = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', null), fc.integer({ min: -1e9, max: 1e9 })));
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 6 }), (given, most) => {
        const rows = given.map(([application, micros]) => row({ application }, micros, Math.trunc(micros / 2)));
        const effective = rows.map((each) => ({ ...each, micros: each.micros * 2 + 1 })).reverse();
        const parts = partsBy({ billed: rows, effective }, ({ keys }) => keys.application ?? null, most);
        const sum = (of: readonly { micros: number }[]) => of.reduce((total, { micros }) => total + micros, 0);
        expect(sum(parts)).toBe(sum(rows));
        expect(sum(parts.map((each) => ({ micros: each.effectiveMicros })))).toBe(sum(effective));
        expect(parts.length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('come dearest first, and what is beyond the last place is one part', () => {
    const rows = [row({ application: 'a' }, 1), row({ application: 'b' }, 5), row({ application: 'c' }, 3, 2)];
    const effective = [row({ application: 'a' }, 2), row({ application: 'd' }, 4)];
    expect(partsBy({ billed: rows, effective }, ({ keys }) => keys.application ?? null, 2)).toEqual([
      { key: 'b', micros: 5, sharedMicros: 0, effectiveMicros: 0 },
      { key: others, micros: 4, sharedMicros: 2, effectiveMicros: 6 },
    ]);
  });
});

describe('the report of a month', () => {
  it('says of each of its days what each cloud cost, and of days before it only the total', () => {
    const on = (provider: string, micros: number) => row({ day: '2026-11-01', provider }, micros);
    const days = new Map([
      ['2026-10-31', 7],
      ['2026-11-01', 5],
    ]);
    const report = compose({ ...spent([on('aws', 2), on('gcp', 3)]), days }, []);
    expect(report.days).toEqual([
      { day: '2026-10-31', micros: 7 },
      { day: '2026-11-01', micros: 5, clouds: { gcp: 3, aws: 2 } },
    ]);
  });

  const day = (of: string, service: string, micros: number) =>
    row({ day: of, provider: 'aws', team: 'web', application: 'shop', service }, micros);

  it('says what a million requests cost, of the days of which both are known', () => {
    const rows = [
      day('2026-11-01', 'web', 2_000_000),
      day('2026-11-02', 'web', 4_000_000),
      day('2026-11-03', 'web', 9),
    ];
    const report = compose(spent(rows), [
      usage('web', { '2026-11-01': 1e6, '2026-11-02': 2e6, '2026-11-03': undefined }),
    ]);
    expect(report.byService).toEqual([
      {
        key: 'shop/web',
        micros: 6_000_009,
        sharedMicros: 0,
        effectiveMicros: 6_000_009,
        unit: { requests: 3e6, microsPerMillion: 2_000_000, days: 2 },
      },
    ]);
  });

  it('says no unit cost of a service nobody asked anything of', () => {
    const report = compose(spent([day('2026-11-01', 'batch', 5)]), [usage('batch', { '2026-11-01': 0 })]);
    expect(report.byService[0]).not.toHaveProperty('unit');
  });

  it('keeps days and months in order, and cost that nobody claims', () => {
    const report = compose(spent([row({ day: '2026-11-01', provider: 'gcp' }, 7)]), []);
    expect(report.days.map((each) => each.day)).toEqual(['2026-11-01', '2026-11-02']);
    expect(report.byApplication).toEqual([{ key: null, micros: 7, sharedMicros: 0, effectiveMicros: 7 }]);
    expect([report.totalMicros, report.effectiveMicros]).toEqual([7, 7]);
  });

  it('says beside what was billed what it is amortised: a commitment is spread over those that use it', () => {
    const web = { provider: 'aws', application: 'shop', service: 'web' };
    const bought = row({ ...web, application: null, service: null }, 300);
    const report = compose(
      spent([bought, row(web, 0)], [row({ ...web, application: null, service: null }, 0), row(web, 10)]),
      [],
    );
    expect(report).toMatchObject({ totalMicros: 300, effectiveMicros: 10 });
    expect(report.byApplication).toMatchObject([
      { key: null, micros: 300, effectiveMicros: 0 },
      { key: 'shop', micros: 0, effectiveMicros: 10 },
    ]);
  });
});
