import { describe, expect, it } from 'vitest';
import { reachOf } from './bill-reach.ts';

describe('how far bills reach', () => {
  it('is told of each cloud, the slowest first, of days of the month only', () => {
    const days = [
      { day: '2026-10-31', micros: 9, clouds: { oracle: 9 } },
      { day: '2026-11-01', micros: 3, clouds: { aws: 1, azure: 1, gcp: 1 } },
      { day: '2026-11-03', micros: 2, clouds: { gcp: 1, aws: 1 } },
      { day: '2026-11-02', micros: 0 },
    ];
    expect(reachOf({ days }, '2026-11')).toEqual([
      { cloud: 'azure', day: '2026-11-01' },
      { cloud: 'aws', day: '2026-11-03' },
      { cloud: 'gcp', day: '2026-11-03' },
    ]);
    expect(reachOf({ days }, '2026-09')).toEqual([]);
  });
});
