import { emptyAggregate, merge, type Aggregate } from './aggregate.ts';
import type { Buckets } from './store.ts';

/** A question to a series: times in milliseconds since the epoch, `end` is not part of it. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly periodMs: number;
}

const hour = 3_600_000;
const day = 24 * hour;

/** Seconds a period may have: a few short ones, or whole minutes. Source: CloudWatch API Reference, GetMetricData, Period. */
export const isPeriod = (seconds: number) =>
  [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);

/** What `StartTime` is rounded down to. Source: CloudWatch API Reference, GetMetricStatistics, StartTime. */
function grain(start: number, periodMs: number, now: number): number {
  const age = now - start;
  if (age > 63 * day) return hour;
  if (age > 15 * day) return 5 * 60_000;
  return Math.min(periodMs, 60_000);
}

/**
 * Periods are counted from the rounded `StartTime`, not from the hour. Data of less than a minute lives 3 hours: a short period
 * has nothing older.
 */
export function align(start: number, end: number, periodSeconds: number, now: number): Window {
  const periodMs = periodSeconds * 1_000;
  const step = grain(start, periodMs, now);
  const rounded = Math.floor(start / step) * step;
  return { start: rounded, end, periodMs };
}

/** Aggregates by unit, by the start of their period; periods without data are absent. */
export type Periods = ReadonlyMap<number, ReadonlyMap<string, Aggregate>>;

export function collect(buckets: Buckets, { start, end, periodMs }: Window, now: number): Periods {
  const from = periodMs < 60_000 ? Math.max(start, now - 3 * hour) : start;
  const periods = new Map<number, Map<string, Aggregate>>();
  for (const [at, byUnit] of buckets) {
    if (at < from || at >= end) continue;
    const period = start + Math.floor((at - start) / periodMs) * periodMs;
    const known = periods.get(period) ?? new Map<string, Aggregate>();
    periods.set(period, known);
    for (const [unit, aggregate] of byUnit) {
      const sum = known.get(unit) ?? emptyAggregate();
      merge(sum, aggregate);
      known.set(unit, sum);
    }
  }
  return new Map([...periods].sort(([a], [b]) => a - b));
}
