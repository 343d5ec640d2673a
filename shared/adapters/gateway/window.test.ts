import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAnswer, latencyBoundsMs, newCounters, type GatewayStats, type ServiceCounters } from './stats.ts';
import { answeredBetween, quantile } from './window.ts';

const reading = (counters: ServiceCounters): GatewayStats => ({
  services: [
    {
      host: 'web.shop.localhost',
      application: 'shop',
      service: 'web',
      ...counters,
      latency: [...counters.latency],
    },
  ],
  endpoints: [],
  unknownHosts: 0,
});
const nothing: GatewayStats = { services: [], endpoints: [], unknownHosts: 0 };

describe('a window', () => {
  it('holds what was answered since the reading before it, and no more', () => {
    const counters = newCounters();
    countAnswer(counters, 3, true);
    const before = reading(counters);
    for (let index = 0; index < 100; index++) countAnswer(counters, 8, index < 4);
    counters.retries += 2;
    const [answered] = answeredBetween(before, reading(counters));
    expect(answered).toEqual({
      application: 'shop',
      service: 'web',
      requests: 100,
      failed: 4,
      retried: 2,
      p50Ms: 7.5,
      p95Ms: 9.75,
      p99Ms: 9.95,
    });
  });

  it('names no service without an answer', () => {
    const counters = newCounters();
    countAnswer(counters, 3, false);
    expect(answeredBetween(reading(counters), reading(counters))).toEqual([]);
    expect(answeredBetween(nothing, reading(newCounters()))).toEqual([]);
    expect(answeredBetween(nothing, reading(counters))).toMatchObject([{ requests: 1 }]);
  });
});

describe('a percentile', () => {
  it('lies in the bucket of the nearest rank, whatever was counted', () => {
    const times = fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95, 0.99), (all, share) => {
        const counters = newCounters();
        for (const ms of all) countAnswer(counters, ms, false);
        const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
        const upper = latencyBoundsMs.find((bound) => exact <= bound) ?? 10_000;
        const lower = exact > 10_000 ? 10_000 : (latencyBoundsMs[latencyBoundsMs.indexOf(upper as never) - 1] ?? 0);
        const told = quantile(counters.latency, share);
        expect(told).toBeGreaterThanOrEqual(lower);
        expect(told).toBeLessThanOrEqual(upper);
      }),
    );
  });
});
