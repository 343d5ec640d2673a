import { describe, expect, it } from 'vitest';
import { columns, figure, sparkline } from './sparkline.ts';

describe('sparkline', () => {
  it('shows what is unknown as a dot, never as zero', () => {
    const points = [
      [60, 0],
      [180, 4],
      [240, 8],
    ];
    const values = columns(points, { newest: 300, step: 60, count: 6 });
    expect(values).toEqual([undefined, 0, undefined, 4, 8, undefined]);
    expect(sparkline(values)).toBe('·▁·▄█·');
  });

  it('is flat at the bottom when all is zero, and all dots when nothing is known', () => {
    expect(sparkline([0, 0])).toBe('▁▁');
    expect(sparkline([undefined, undefined])).toBe('··');
  });
});

describe('figure', () => {
  it.each([
    [undefined, 's', 'unknown'],
    [0.0123, 's', '12 ms'],
    [1.5, 's', '1.50 s'],
    [0.256, '1', '25.6 %'],
    [1, '{request}', '1 request'],
    [0, '{replica}', '0 replicas'],
    [536_870_912, 'By', '512 MiB'],
    [0, 'By', '0 B'],
  ])('%s %s is %s', (value, unit, expected) => {
    expect(figure(value, unit)).toBe(expected);
  });
});
