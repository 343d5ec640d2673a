import { describe, expect, it } from 'vitest';
import type { Row } from './rows.ts';
import { verdicts } from './verdicts.ts';

const base: Row = {
  key: { services: 500, seed: 1, linked: false },
  milliseconds: 300,
  objective: 100,
  gap: 0.005,
  infeasible: 0,
  reference: 'optimal',
  referenceSeconds: 45,
  referenceGap: 0.0001,
  off: 0.001,
  speedup: 150,
  oneAtATimeOff: 0.3,
  oneAtATimeInfeasible: 0,
};
const alone = (changes: Partial<Row> = {}): Row => ({ ...base, ...changes });
const key = (of: Partial<Row['key']>) => ({ key: { ...base.key, ...of } });
const large = (changes: Partial<Row> = {}): Row => alone({ ...key({ services: 2000 }), ...changes });
const linked = (changes: Partial<Row> = {}): Row => alone({ ...key({ services: 200, linked: true }), ...changes });
const alike = (changes: Partial<Row> = {}): Row => alone({ ...key({ services: 50, alike: true }), ...changes });
const aborted = { reference: 'HiGHS ended with SIGABRT', off: undefined, speedup: undefined };

const many = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);

/** The one verdict whose text has all of the words. */
function verdict(rows: readonly Row[], ...words: readonly string[]) {
  const found = verdicts(rows).filter(({ what }) => words.every((word) => what.includes(word)));
  expect(found).toHaveLength(1);
  return found[0];
}

describe('500 services', () => {
  const quality = (rows: readonly Row[]) => verdict(rows, '500 services', 'over the optimum');
  const speed = (rows: readonly Row[]) => verdict(rows, '500 services', 'times faster');

  it('are judged by their worst seed', () => {
    expect(quality(many(10, alone({ off: 0.0025 })))).toMatchObject({ verdict: 'met', figure: '0.250 %' });
    expect(quality([...many(9, alone()), alone({ off: 0.0026 })])).toMatchObject({ verdict: 'not met' });
  });

  it('are compared by the median of how much faster we were', () => {
    expect(speed([alone({ speedup: 10 }), alone({ speedup: 100 }), alone({ speedup: 110 })])?.verdict).toBe('met');
    expect(speed([alone({ speedup: 10 }), alone({ speedup: 99 }), alone({ speedup: 900 })])?.verdict).toBe('not met');
  });

  it('show one at a time beside, or that it did not place all', () => {
    expect(quality([alone()])?.ratio).toBe('one at a time: 30.0 %');
    expect(quality([alone({ oneAtATimeOff: undefined })])?.ratio).toBe('one at a time: not all placed');
  });

  it('are not met where a service has no place, however cheap the others are', () => {
    const broken = alone({ infeasible: 1, off: Infinity });
    expect(quality([alone(), broken])).toMatchObject({ verdict: 'not met', figure: 'not all placed' });
  });

  it('say so when fewer seeds were compared than promised', () => {
    expect(quality(many(10, alone()))?.what).toContain(', 10 seeds');
    expect(quality([...many(2, alone()), alone(aborted)])?.what).toContain('2 of 10 seeds');
  });

  it('are not measured where HiGHS proved nothing, nor where they were not run', () => {
    for (const judge of [quality, speed]) {
      expect(judge([alone(aborted)])).toMatchObject({
        verdict: 'not measured',
        figure: expect.stringMatching(/HiGHS proved nothing/) as string,
      });
      expect(judge([linked()])).toMatchObject({ verdict: 'not measured', figure: 'not part of this run' });
    }
  });
});

describe('2,000 services', () => {
  const gap = (rows: readonly Row[]) => verdict(rows, '2,000', 'gap');
  const time = (rows: readonly Row[]) => verdict(rows, '2,000', 'time');

  it('are judged by the widest gap and the slowest run', () => {
    expect(gap([large(), large({ gap: 0.01 })])?.verdict).toBe('met');
    expect(gap([large(), large({ gap: 0.0101 })])?.verdict).toBe('not met');
    expect(time([large(), large({ milliseconds: 3000 })])?.verdict).toBe('met');
    expect(time([large(), large({ milliseconds: 3001 })])?.verdict).toBe('not met');
  });

  it('are certified only where all are placed', () => {
    expect(gap([large({ infeasible: 3 })])).toMatchObject({ verdict: 'not met', figure: 'not all placed' });
  });

  it('are not measured by the equal ones, nor by nothing', () => {
    const equal = alike(key({ services: 2000, alike: true }));
    for (const judge of [gap, time]) expect(judge([equal])?.verdict).toBe('not measured');
  });
});

describe('linked services', () => {
  const judge = (rows: readonly Row[]) => verdict(rows, '200 linked services');
  const within = linked({ off: 0.01 });
  const beyond = linked({ off: 0.0101 });

  it.each([
    [20, 'met', '20 of 20'],
    [18, 'met', '18 of 20'],
    [17, 'not met', '17 of 20'],
  ])('%i of 20 seeds within 1 %%: %s', (count, word, figure) => {
    const rows = [...many(count, within), ...many(20 - count, beyond)];
    expect(judge(rows)).toMatchObject({ verdict: word, figure });
  });

  it('count a seed on which HiGHS aborted for neither side', () => {
    const rows = [...many(18, within), ...many(2, beyond), linked(aborted)];
    expect(judge(rows)).toMatchObject({ verdict: 'met', figure: '18 of 20' });
  });

  it('count a seed on which a service has no place against us', () => {
    const unplaced = linked({ infeasible: 1, off: Infinity });
    expect(judge([...many(17, within), ...many(3, unplaced)])?.verdict).toBe('not met');
  });

  it('say so when only a sample was taken', () => {
    expect(judge([within])).toMatchObject({ figure: '1 of 1', what: expect.stringMatching(/1 of 20 seeds/) as string });
  });

  it('are not measured where HiGHS proved nothing, nor where they were not run', () => {
    expect(judge([linked(aborted)])).toMatchObject({
      verdict: 'not measured',
      figure: expect.stringMatching(/HiGHS proved nothing/) as string,
    });
    expect(judge([])).toMatchObject({ verdict: 'not measured', figure: 'not part of this run' });
  });
});

describe('equal services', () => {
  const quality = (rows: readonly Row[]) => verdict(rows, 'equal services', 'over the optimum');
  const gap = (rows: readonly Row[]) => verdict(rows, 'equal services', 'gap');

  it('are judged by the worst size', () => {
    expect(quality([alike(), alike({ off: 0.0025 })])?.verdict).toBe('met');
    expect(quality([alike(), alike({ off: 0.0026 })])?.verdict).toBe('not met');
    expect(gap([alike(), alike({ gap: 0.01 })])?.verdict).toBe('met');
    expect(gap([alike(), alike({ gap: 0.011 })])?.verdict).toBe('not met');
  });

  it('keep their own certificate where HiGHS proved nothing', () => {
    expect(quality([alike(aborted)])?.verdict).toBe('not measured');
    expect(gap([alike(aborted)])?.verdict).toBe('met');
  });

  it('are not measured where they were not run', () => {
    for (const judge of [quality, gap]) expect(judge([])?.verdict).toBe('not measured');
  });
});
