import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedIn } from './days.ts';
import { at, dollars, interval, target } from './fixtures.ts';
import { follow } from './follow.ts';
import type { EstimateRecord } from './record.ts';

const placement = (expected: number, egress = 0) => ({
  targets: [{ target, replicas: 1, monthlyMicros: expected }],
  monthly: { lowMicros: expected, expectedMicros: expected, highMicros: expected * 2, egressMicros: egress },
});

describe('what is expected of a service', () => {
  const decided = (generation: number, time: string) => ({
    application: 'shop',
    service: 'web',
    generation,
    at: at(time),
  });

  it('holds until the next decision, and ends with the service', () => {
    const first = follow(undefined, decided(1, '2026-10-01T00:00:00Z'), placement(100));
    const second = follow(first, decided(2, '2026-10-05T00:00:00Z'), placement(200, 50));
    const third = follow(second, decided(3, '2026-10-09T00:00:00Z'), undefined);
    const again = follow(third, decided(4, '2026-10-10T00:00:00Z'), placement(200));
    expect(again?.intervals.map(({ from, to, expected }) => [from, to, expected])).toEqual([
      [at('2026-10-01T00:00:00Z'), at('2026-10-05T00:00:00Z'), 100],
      [at('2026-10-05T00:00:00Z'), at('2026-10-09T00:00:00Z'), 200],
      [at('2026-10-10T00:00:00Z'), undefined, 200],
    ]);
  });

  it('is not begun anew by a decision that expects the same, nor by one that says nothing of cost', () => {
    const first = follow(undefined, decided(1, '2026-10-01T00:00:00Z'), placement(100));
    const same = follow(first, decided(2, '2026-10-05T00:00:00Z'), placement(100));
    expect(same?.intervals).toEqual(first?.intervals);
    expect(follow(same, decided(3, '2026-10-06T00:00:00Z'), { targets: [] })).toBe(same);
  });

  it('is in order, without overlap, whatever is heard again or late', () => {
    const step = fc.record({
      generation: fc.integer({ min: 1, max: 30 }),
      hours: fc.integer({ min: 0, max: 3 }),
      expected: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let known: EstimateRecord | undefined;
        let now = at('2026-10-01T00:00:00Z');
        for (const { generation, hours, expected } of steps) {
          now += hours * 3_600_000;
          const what = { application: 'shop', service: 'web', generation, at: now };
          const how = expected === undefined ? undefined : placement(expected);
          const next = follow(known, what, how);
          expect(follow(next, what, how)).toBe(next);
          if (known !== undefined && known.generation >= generation) expect(next).toBe(known);
          known = next;
        }
        const intervals = known?.intervals ?? [];
        intervals.forEach(({ from, to }, i) => {
          expect(to ?? Infinity).toBeGreaterThan(from);
          const next = intervals[i + 1];
          if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(to ?? Infinity);
        });
      }),
    );
  });

  it('is forgotten after 400 days, and never grows without bound', () => {
    let known: EstimateRecord | undefined;
    const start = at('2025-01-01T00:00:00Z');
    for (let i = 1; i <= 1200; i++) {
      const what = { application: 'shop', service: 'web', generation: i, at: start + i * 12 * 3_600_000 };
      known = follow(known, what, placement(i));
    }
    expect(known?.intervals).toHaveLength(500);
    const late = follow(
      known,
      { application: 'shop', service: 'web', generation: 2000, at: at('2028-01-01T00:00:00Z') },
      placement(1),
    );
    expect(late?.intervals).toHaveLength(2);
  });

  it('is counted by the hour, over the changes within the days', () => {
    const intervals = [
      interval('2026-10-01T00:00:00Z', '2026-10-01T12:00:00Z', 730 * dollars),
      interval('2026-10-01T12:00:00Z', undefined, 1460 * dollars),
    ];
    expect(expectedIn(intervals, { from: '2026-10-01', to: '2026-10-02' })).toBe((12 + 24) * dollars);
    expect(expectedIn(intervals, { from: '2026-09-01', to: '2026-10-01' })).toBe(0);
  });
});
