import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSet, addValue, emptyAggregate, merge, percentile } from './aggregate.ts';
import { evaluate, parseStatistic } from './statistic.ts';

const some = (values: Iterable<number>) => {
  const aggregate = emptyAggregate();
  for (const value of values) addValue(aggregate, value);
  return aggregate;
};

const values = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 200 });
const read = (name: string, aggregate: ReturnType<typeof some>) => {
  const statistic = parseStatistic(name);
  return statistic && evaluate(statistic, aggregate);
};

describe('an aggregate', () => {
  it('answers every statistic as the list of its values would', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
        const sorted = [...list].sort((a, b) => a - b);
        const sum = list.reduce((total, value) => total + value, 0);
        const aggregate = some(list);
        expect(read('SampleCount', aggregate)).toBe(list.length);
        expect(read('Sum', aggregate)).toBe(sum);
        expect(read('Average', aggregate)).toBe(sum / list.length);
        expect(read('Minimum', aggregate)).toBe(sorted[0]);
        expect(read('Maximum', aggregate)).toBe(sorted.at(-1));
        expect(read(`p${percent}`, aggregate)).toBe(sorted[Math.ceil((percent * list.length) / 100) - 1]);
      }),
    );
  });

  it('is the same whether values come together or in parts that are merged', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const merged = some(one);
        merge(merged, some(other));
        expect(merged).toEqual(some([...one, ...other]));
      }),
    );
  });

  it('stays small and near the truth however many different values come', () => {
    const aggregate = some(Array.from({ length: 50_000 }, (_, index) => index / 7 + 1));
    expect(aggregate.spread?.size).toBeLessThan(500);
    expect(aggregate.count).toBe(50_000);
    expect((percentile(aggregate, 95) ?? 0) / (47_500 / 7)).toBeCloseTo(1, 1);
  });

  it('gives no percentile of what a statistic set hides, nor of negative values', () => {
    const set = emptyAggregate();
    addSet(set, { count: 2, sum: 5, minimum: 1, maximum: 4 });
    expect(percentile(set, 50)).toBeUndefined();
    merge(set, some([1]));
    expect([percentile(set, 50), set.count, set.sum]).toEqual([undefined, 3, 6]);
    expect(percentile(some([-1, 2]), 50)).toBeUndefined();
    const same = emptyAggregate();
    addSet(same, { count: 3, sum: 6, minimum: 2, maximum: 2 });
    expect(percentile(same, 99)).toBe(2);
  });

  it.each(['p101', 'p', 'p5.', 'P50', 'average', 'tm90', 'p99.12345678901', 'constructor'])(
    '%s is no statistic',
    (name) => {
      expect(parseStatistic(name)).toBeUndefined();
    },
  );
});
