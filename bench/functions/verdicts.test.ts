import { describe, expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { verdicts } from './verdicts.ts';

const row = (change: Partial<Row>): Row => ({ name: 'monitor', bytes: 125, referenceBytes: 100, ...change });
const init = (ms: number) => ({ ms, referenceMs: 100, runs: 9 });
const judge = (...rows: readonly Row[]) => verdicts(rows).map(({ verdict }) => verdict);

describe('the budgets of functions', () => {
  it('are met up to 1.25 times the bytes and 1.2 times the start', () => {
    expect(judge(row({ init: init(120) }))).toEqual(['met', 'met']);
  });

  it('are not met beyond', () => {
    expect(judge(row({ bytes: 126, init: init(121) }))).toEqual(['not met', 'not met']);
  });

  it('are not called met without a measurement', () => {
    expect(judge(row({}))).toEqual(['met', 'not measured']);
    expect(judge()).toEqual(['not measured']);
  });
});
