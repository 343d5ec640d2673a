import { describe, expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { verdicts } from './verdicts.ts';

const measured = { ms: 1000, cpuMs: 1500, micros: 100, reconciles: true, peakMib: 500 };
const row: Row = { format: 'csv', rows: 5_000_000, megabytes: 2500, ours: measured, bare: measured, narrow: measured };
const judge = (ours: Partial<Row['ours']>): readonly string[] =>
  verdicts([{ ...row, ours: { ...measured, ...ours } }]).map(({ verdict }) => verdict);

describe('verdicts on a month of bills', () => {
  it('are met within the promises, and not beyond', () => {
    expect(judge({})).toEqual(['met', 'met', 'met']);
    expect(judge({ ms: 2001 })).toEqual(['not met', 'met', 'met']);
    expect(judge({ peakMib: 1024 })).toEqual(['met', 'not met', 'met']);
    expect(judge({ reconciles: false })).toEqual(['met', 'met', 'not met']);
    expect(judge({ micros: 103 })).toEqual(['met', 'met', 'not met']);
  });
  it('say what was not measured', () => {
    expect(verdicts([]).map(({ verdict }) => verdict)).toEqual(['not measured']);
    const { peakMib: _, ...rest } = measured;
    expect(verdicts([{ ...row, ours: { ...rest, peakMib: undefined } }])[1]?.verdict).toBe('not measured');
  });
});
