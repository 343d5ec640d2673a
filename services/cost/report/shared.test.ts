import { describe, expect, it } from 'vitest';
import type { CostGiven } from '../given.ts';
import type { Judging } from '../judge.ts';
import { defaultCostSettings } from '../settings.ts';
import type { ReadSpend, SpendRow } from '../spend.ts';
import { judgeReport } from './judge.ts';
import { reportKey, type ReportRecord } from './record.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

type Line = SpendRow['keys'] & { readonly micros: number; readonly currency?: string };

/** Of one day, and nobody's cost split: what is left to see is what the report makes of it. */
const spendOf =
  (lines: readonly Line[]): ReadSpend =>
  ({ by }) =>
    Promise.resolve(
      lines.map(({ micros, currency = 'USD', ...keys }) => ({
        keys: Object.fromEntries(
          by.map((each) => [each, { day: '2026-11-05', month: '2026-11', ...keys }[each] ?? null]),
        ),
        ...{ currency, micros, rows: 1, sharedMicros: 0 },
      })),
    );

async function reportOf(lines: readonly Line[]): Promise<ReportRecord> {
  const records = { get: () => Promise.resolve(undefined), list: () => Promise.resolve({ items: [] }) };
  const judging: Judging = {
    ...{ sweep: 's', cursor: '2026-11', spend: spendOf(lines) },
    given: { settings: defaultCostSettings } as CostGiven,
    context: { records, documents: {} as never, now },
  };
  const { writes = [] } = await judgeReport(judging);
  return writes.find(({ key }) => key === reportKey('2026-11'))?.value as ReportRecord;
}

describe('what a report calls shared', () => {
  it('is what is split: tagged with neither an application nor a team, whatever else is known of it', async () => {
    const { currencies } = await reportOf([
      { application: 'shop', micros: 1000 },
      { team: 'store', micros: 200 },
      { service: 'web', micros: 30 },
      { target: 'aws/eu-west-1/fargate', micros: 4 },
      { provider: 'aws', micros: -1 },
    ]);
    expect(currencies).toMatchObject([{ currency: 'USD', totalMicros: 1233, sharedMicros: 33 }]);
  });

  it('is told of each currency by itself', async () => {
    const { currencies } = await reportOf([
      { provider: 'aws', application: 'shop', micros: 1000 },
      { provider: 'azure', currency: 'EUR', micros: 70 },
    ]);
    expect(currencies).toMatchObject([
      { currency: 'EUR', totalMicros: 70, sharedMicros: 70, byCloud: [{ key: 'azure', micros: 70 }] },
      { currency: 'USD', totalMicros: 1000, sharedMicros: 0, byCloud: [{ key: 'aws', micros: 1000 }] },
    ]);
  });
});
