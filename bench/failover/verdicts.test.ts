import { describe, expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { verdicts } from './verdicts.ts';

const row = (changes: Partial<Row> = {}): Row => ({
  probes: 'default settings',
  stand: 'two clouds and a warm standby',
  region: 'aws/eu-west-1',
  detected: 5,
  moved: 14,
  whole: 25,
  requests: 12_000,
  failed: 60,
  failedAfterDetection: 0,
  p99Before: 5,
  p99After: 9,
  gateway: { requests: 18_000, failed: 60 },
  generator: { requests: 18_000, failed: 60 },
  failures: {},
  ...changes,
});

const words = (changes: Partial<Row>, what: string): string[] =>
  verdicts([row(changes)])
    .filter((each) => each.what.includes(what))
    .map(({ verdict }) => verdict);

describe('the loss of a region', () => {
  it('that is within every bound meets everything', () => {
    expect(new Set(verdicts([row()]).map(({ verdict }) => verdict))).toEqual(new Set(['met']));
  });

  it('of nothing is not measured', () => {
    expect(verdicts([])).toMatchObject([{ verdict: 'not measured' }]);
  });

  it.each([
    [{ failed: 61 }, 'minute around'],
    [{ requests: 0, failed: 0 }, 'minute around'],
    [{ failedAfterDetection: 1 }, 'after the detection'],
    [{ detected: undefined }, 'after the detection'],
    [{ moved: 20.1 }, 'traffic moved'],
    [{ moved: undefined }, 'traffic moved'],
    [{ detected: undefined }, 'traffic moved'],
    [{ probes: 'fast probes' as const, detected: 3, moved: 6.1 }, 'traffic moved'],
    [{ whole: undefined }, 'redundancy'],
    [{ gateway: { requests: 17_999, failed: 60 } }, 'counted'],
    [{ gateway: { requests: 18_000, failed: 59 } }, 'counted'],
  ])('%o does not meet what is promised of it', (changes, what) => {
    expect(words(changes as Partial<Row>, what)).toEqual(['not met']);
  });

  it('is judged from the detection, and says how long it was from the loss', () => {
    const [moved] = verdicts([row({ detected: 6, moved: 20 })]).filter(({ what }) => what.includes('traffic moved'));
    expect(moved).toMatchObject({ verdict: 'met', figure: '14.00 s', ratio: '20.0 s from the loss' });
  });
});
