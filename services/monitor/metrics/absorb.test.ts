import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricNames, type MetricName } from '../../../shared/contracts/metrics-collected.ts';
import { limits } from '../../../shared/ports/record-store.ts';
import { absorb, type Arrived } from './absorb.ts';
import { failuresBeside } from './one-source.ts';
import { resolutions, valuesOf, type Resolution } from './ring.ts';
import { withOpenWindows } from './roll-up.ts';
import type { Kept } from './series.ts';

const requests = 'http.server.request.count';
const p99 = 'http.server.request.duration.p99';
const cpu = 'container.cpu.utilization';
/** On the hour. */
const hour = 1_795_248_000;
const at = (minutes: number): number => hour + minutes * 60;

function take(
  before: Kept,
  minutes: number,
  arrived: Readonly<Record<string, readonly (readonly [number, number])[]>>,
  adds = false,
): Kept {
  const now = at(minutes) * 1000;
  const map = new Map(
    Object.entries(arrived).map(([metric, points]) => [
      metric,
      points.map(([minute, value]) => [at(minute), value] as const),
    ]),
  );
  return { ...before, ...absorb(before, map as unknown as Arrived, { now, asOf: now, adds }) };
}

const shown = (kept: Kept, resolution: Resolution, metric: MetricName) =>
  [...valuesOf(kept[resolution]?.rings[metric], resolutions[resolution])].map(([start, { value, known }]) => [
    (start - hour) / 60,
    value,
    known,
  ]);

describe('what is kept of measurements', () => {
  it('adds counts up, takes the worst minute of percentiles and the mean of shares, and says how many minutes are known', () => {
    const points = [0, 1, 3, 4].map((minute) => [minute, minute + 1] as const);
    const kept = take({}, 9, { [requests]: points, [p99]: points, [cpu]: points });
    expect(shown(kept, '1m', requests)).toEqual([
      [0, 1, 1],
      [1, 2, 1],
      [3, 4, 1],
      [4, 5, 1],
    ]);
    expect(shown(kept, '5m', requests)).toEqual([[0, 12, 4]]);
    expect(shown(kept, '5m', p99)).toEqual([[0, 5, 4]]);
    expect(shown(kept, '5m', cpu)).toEqual([[0, 3, 4]]);
    expect(kept['1h']).toBeUndefined();
  });

  it('leaves a window open until late answers have had their time, and shows it open', () => {
    const kept = take({}, 7, {
      [requests]: [
        [0, 1],
        [6, 2],
      ],
    });
    expect(kept['5m']).toBeUndefined();
    const open = withOpenWindows(
      requests,
      undefined,
      valuesOf(kept['1m']?.rings[requests], resolutions['1m']),
      resolutions['5m'],
    );
    expect([...open]).toEqual([
      [at(0), { value: 1, known: 1 }],
      [at(5), { value: 2, known: 1 }],
    ]);
    expect(shown(take(kept, 9, {}), '5m', requests)).toEqual([[0, 1, 1]]);
  });

  it('puts together what was left when nothing was heard for hours', () => {
    const before = take({}, 4, {
      [requests]: [
        [0, 10],
        [3, 20],
      ],
    });
    const after = take(before, 600, { [requests]: [[599, 1]] });
    expect(shown(after, '5m', requests).at(0)).toEqual([0, 30, 2]);
    expect(shown(after, '1h', requests)).toEqual([[0, 30, 2]]);
    expect(shown(after, '1m', requests)).toEqual([[599, 1, 1]]);
  });

  it('corrects a window as long as its minutes are there, and not when some of them are gone', () => {
    const before = take({}, 60, { [requests]: [[0, 10]] });
    const corrected = take(before, 90, { [requests]: [[1, 5]] });
    expect(shown(corrected, '5m', requests)[0]).toEqual([0, 15, 2]);
    const later = take(corrected, 121, { [requests]: [[121, 1]] });
    const stale = take(later, 121, { [requests]: [[2, 100]] });
    expect(shown(stale, '5m', requests)[0]).toEqual([0, 15, 2]);
  });

  it('takes no value from a far future or a far past, and none that is no number', () => {
    const values = [
      [-180, 1],
      [60, 2],
      [5, Number.NaN],
      [6, Number.POSITIVE_INFINITY],
      [7, 3],
    ] as const;
    expect(shown(take({}, 10, { [requests]: values }), '1m', requests)).toEqual([[7, 3, 1]]);
  });

  it('adds windows of the router to their minute', () => {
    const once = take({}, 3, { [requests]: [[2, 10]], [p99]: [[2, 0.5]] }, true);
    const twice = take(once, 4, { [requests]: [[2, 5]], [p99]: [[2, 0.2]] }, true);
    const again = take(twice, 3, { [requests]: [[2, 10]] }, true);
    expect(again['1m']).toBe(twice['1m']);
    expect([shown(twice, '1m', requests), shown(twice, '1m', p99)]).toEqual([[[2, 15, 1]], [[2, 0.5, 1]]]);
  });

  const answers = fc.array(
    fc.record({
      asOf: fc.integer({ min: 1, max: 115 }),
      points: fc.array(fc.tuple(fc.integer({ min: 0, max: 114 }), fc.integer({ min: 0, max: 50 })), { maxLength: 20 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('ends in the same counts whatever order answers come in, and however often', () => {
    fc.assert(
      fc.property(
        answers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const after = (list: typeof all): unknown => {
            const now = at(118) * 1000;
            let kept: Kept = {};
            for (const { asOf, points } of list) {
              const arrived: Arrived = new Map([
                [requests, points.map(([minute, value]) => [at(minute), value] as const)],
              ]);
              kept = { ...kept, ...absorb(kept, arrived, { now, asOf: at(asOf) * 1000, adds: false }) };
            }
            return (['1m', '5m', '1h'] as const).map((resolution) => kept[resolution]?.rings);
          };
          expect(after([...shuffled, ...shuffled])).toEqual(after(all));
        },
      ),
    );
  });

  const sources = fc.array(
    fc.record({
      told: fc.boolean(),
      points: fc.array(fc.tuple(fc.integer({ min: 0, max: 114 }), fc.integer({ min: 0, max: 50 })), { maxLength: 30 }),
      errors: fc.array(fc.tuple(fc.integer({ min: 0, max: 114 }), fc.integer({ min: 0, max: 50 })), { maxLength: 30 }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it("has a Prometheus's word before a cloud's, minute by minute, whatever order they come in", () => {
    const errors = 'http.server.request.error.count';
    const inSeconds = (points: readonly (readonly [number, number])[]) =>
      points.map(([minute, value]) => [at(minute), value] as const);
    fc.assert(
      fc.property(
        sources.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const after = (list: typeof all): Kept => {
            let kept: Kept = {};
            for (const each of list) {
              const arrived: Arrived = new Map([
                [requests, inSeconds(each.points)],
                [errors, inSeconds(each.errors)],
              ]);
              const how = { now: at(118) * 1000, asOf: at(117) * 1000, adds: false, told: each.told };
              kept = { ...kept, ...absorb(kept, arrived, how) };
            }
            return kept;
          };
          const kept = after(all);
          expect(after([...shuffled, ...shuffled])['1m']?.rings).toEqual(kept['1m']?.rings);
          const minutes = valuesOf(kept['1m']?.rings[requests], resolutions['1m']);
          for (const [start, { value, told }] of minutes) {
            const words = (by: boolean) =>
              all
                .filter((each) => each.told === by)
                .flatMap(({ points }) => points.flatMap(([minute, word]) => (at(minute) === start ? [word] : [])));
            const own = words(true);
            expect([value, told === true]).toEqual([
              Math.max(...(own.length > 0 ? own : words(false))),
              own.length > 0,
            ]);
          }
          const failed = failuresBeside(minutes, valuesOf(kept['1m']?.rings[errors], resolutions['1m']));
          for (const [start, { told }] of failed) {
            const counted = minutes.get(start);
            if (counted !== undefined) expect(told === true).toBe(counted.told === true);
          }
        },
      ),
    );
  });

  it('fits its record after thirty days of everything, and one transaction keeps fifteen deployments', () => {
    let kept: Kept = {};
    const step = 60;
    for (let minute = step; minute <= 31 * 1440; minute += step) {
      const points = Array.from(
        { length: step },
        (_, index) => [minute - step + index, 123_456.789 / (index + 1)] as const,
      );
      kept = take(kept, minute, Object.fromEntries(metricNames.map((metric) => [metric, points])));
    }
    const sizes = (['1m', '5m', '1h'] as const).map((resolution) => JSON.stringify(kept[resolution]).length);
    expect(Math.max(...sizes)).toBeLessThan(limits.recordBytes / 2);
    expect(15 * sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(limits.transactionBytes);
    for (const resolution of ['1m', '5m', '1h'] as const) {
      for (const ring of Object.values(kept[resolution]?.rings ?? {}))
        expect(ring.values.length).toBeLessThanOrEqual(resolutions[resolution].keep);
    }
    expect(valuesOf(kept['1h']?.rings[requests], resolutions['1h']).size).toBe(720);
  });
});
