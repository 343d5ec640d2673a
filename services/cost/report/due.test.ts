import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import { daily, sweeps } from '../budgets/fixtures.ts';
import { billKey, type BillRecord } from '../bills/record.ts';
import { monthsDue } from './due.ts';
import { judgeReport } from './judge.ts';
import { reportKey, type ReportRecord } from './record.ts';

const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);
const due = (day: string, imported: Record<string, number>, reported: Record<string, number> = {}): readonly string[] =>
  monthsDue({ imported: new Map(Object.entries(imported)), reported: new Map(Object.entries(reported)) }, noon(day));

describe('months that are reported', () => {
  it('are this one, and the one before while its bills still come', () => {
    expect(due('2026-11-21', {})).toEqual(['2026-11']);
    expect(due('2026-11-10', {})).toEqual(['2026-10', '2026-11']);
    expect(due('2026-11-11', {})).toEqual(['2026-11']);
    expect(due('2026-01-03', {})).toEqual(['2025-12', '2026-01']);
  });

  it('are also those of which a bill came since they were reported, oldest first, thirteen months back', () => {
    const bills = { '2025-09': 50, '2025-10': 50, '2026-08': 50, '2026-09': 50, '2026-10': 50 };
    expect(due('2026-11-21', bills, { '2026-08': 60, '2026-09': 40 })).toEqual([
      ...['2025-10', '2026-09', '2026-10', '2026-11'],
    ]);
  });
});

describe('the report step', () => {
  const importedAt = noon('2026-11-21') - 1000;
  const bill = (period: string): BillRecord => {
    const file = { source: 'upload', location: 'x', version: '1' };
    const current = { ledgerFile: 'l', file, sha256: '', format: '', currency: 'USD', totalMicros: 1, rows: 1 };
    const days = { from: `${period}-01`, to: `${period}-02` };
    const whose = { bill: `aws/1/${period}`, provider: 'aws', account: '1', period };
    return { ...whose, current: { ...current, ...days, importedAt }, history: [] };
  };

  it('writes a month a transaction, and an earlier one once', async () => {
    const rows = daily('2026-09-01', '2026-11-20', () => [{ provider: 'aws', application: 'shop', cost: 2 }]);
    const { sweep, records, get } = sweeps(judgeReport, ({ clock }) => createMemoryRuntime({ clock }));
    const writes = ['2026-09', '2026-10'].map((period) => ({
      ...{ key: billKey(`aws/1/${period}`), value: bill(period), expectedVersion: 0 },
    }));
    await records.commit({ writes, events: [] });
    const first = await sweep({ rows, at: '2026-11-21' });
    expect(first.pages).toBe(3);
    expect(first.events.map(({ subject }) => subject)).toEqual(['2026-09', '2026-10', '2026-11']);
    const september = await get<ReportRecord>(reportKey('2026-09'));
    expect(september?.currencies).toMatchObject([{ currency: 'USD', totalMicros: 60_000_000 }]);
    const second = await sweep({ rows, at: '2026-11-22' });
    expect(second.events.map(({ subject }) => subject)).toEqual(['2026-11']);
  });
});
