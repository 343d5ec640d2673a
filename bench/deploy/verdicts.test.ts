import { describe, expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { verdicts } from './verdicts.ts';

const deploy = (services: number, seconds: number, changes: Partial<Row> = {}): Row => ({
  services,
  what: 'deploy',
  seconds,
  perService: (seconds * 1000) / services,
  events: 10 * services,
  commands: services,
  processorSeconds: seconds,
  peakMemory: 300,
  ...changes,
});

/** Linear after a start of 4 s. */
const linear = [deploy(100, 5), deploy(1000, 14), deploy(3000, 34)];

const of = (rows: readonly Row[], what: string) => verdicts(rows).filter((each) => each.what.includes(what));
const words = (rows: readonly Row[], what: string): string[] => of(rows, what).map(({ verdict }) => verdict);

describe('a deploy', () => {
  it('that grows with the number of services meets everything', () => {
    expect(new Set(verdicts(linear).map(({ verdict }) => verdict))).toEqual(new Set(['met']));
  });

  it('that commanded fewer targets than services did not complete', () => {
    expect(words([deploy(100, 5, { commands: 99 })], 'rollout.completed')).toEqual(['not met']);
  });

  it('of nothing is not measured', () => {
    expect(verdicts([])).toMatchObject([{ verdict: 'not measured' }]);
  });
});

describe('growth', () => {
  const square = [deploy(100, 0.1), deploy(1000, 10), deploy(3000, 90)];

  it('with the square is not linear, for no size', () => {
    expect(words(square, 'time a service')).toEqual(['not met', 'not met']);
  });

  it('with the square at the end alone is found by what a further service costs', () => {
    // Start-up hides it in the time a service: 15 ms at 1,000 and 18 ms at 3,000.
    const steep = [deploy(100, 10), deploy(1000, 15), deploy(3000, 54)];
    expect(words(steep, 'time a service')).toEqual(['met', 'met']);
    expect(words(steep, 'further service')).toEqual(['not met']);
  });

  it('is judged by processor time, and not measured where the system does not tell', () => {
    const blind = linear.map((row) => ({ ...row, processorSeconds: undefined }));
    expect(words(blind, 'further service')).toEqual(['not measured']);
    expect(words(blind, 'time a service')).toEqual(['met', 'met']);
  });
});

describe('memory', () => {
  it.each([
    [511, 'met'],
    [512, 'not met'],
    [undefined, 'not measured'],
  ])('%s MiB: %s', (peakMemory, verdict) => {
    expect(words([deploy(100, 5, { peakMemory })], 'peak memory')).toEqual([verdict]);
  });

  it('is judged by the highest of a size, not by its deploy alone', () => {
    const later = deploy(100, 1, { what: 'redeploy unchanged', commands: 0, peakMemory: 600 });
    expect(words([deploy(100, 5), later], 'peak memory')).toEqual(['not met']);
  });
});

describe('a change', () => {
  it.each([
    ['redeploy unchanged', 0, 'met'],
    ['redeploy unchanged', 1, 'not met'],
    ['scale one service', 1, 'met'],
    ['scale one service', 0, 'not met'],
    ['scale one service', 2, 'not met'],
  ] as const)('%s by %i commands: %s', (what, commands, verdict) => {
    expect(words([deploy(1000, 5), deploy(1000, 1, { what, commands })], what)).toEqual([verdict]);
  });

  it('that was not made is not judged', () => {
    expect(of(linear, 'unchanged')).toEqual([]);
  });
});
