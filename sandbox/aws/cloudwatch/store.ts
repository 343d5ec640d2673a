import type { SandboxClock } from '../../core/types.ts';
import { emptyAggregate, type Aggregate } from './aggregate.ts';
import { keyOf, type Metric } from './metric.ts';

/** Where a value belongs. */
export interface Place {
  readonly region: string;
  readonly metric: Metric;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly unit: string;
  /** Seconds: values of the same second, or of the same minute, are kept together. */
  readonly resolution: 1 | 60;
}

/** Aggregates by unit, by the start of their second or minute. */
export type Buckets = ReadonlyMap<number, ReadonlyMap<string, Aggregate>>;

export interface MetricStore {
  /** The aggregate to add values to; makes room by dropping what is oldest. */
  open(place: Place): Aggregate;
  /** Empty for a metric nobody published: CloudWatch does not tell the two apart. */
  read(region: string, metric: Metric): Buckets;
  list(region: string): readonly Metric[];
}

interface Series {
  readonly region: string;
  readonly metric: Metric;
  readonly buckets: Map<number, Map<string, Aggregate>>;
}

const hour = 3_600_000;
/** As long as timestamps are accepted, so that nothing accepted is missing; what the sandbox samples itself, 3 hours. */
const keptMs = ({ namespace }: Metric) => (namespace.startsWith('AWS/') ? 3 * hour : 14 * 24 * hour);

/** Two weeks of minutes. */
const bucketsPerMetric = 20_160;

/** @param maxBuckets over all regions and metrics; beyond it the metric that was not written for longest goes. */
export function createMetricStore(clock: SandboxClock, maxBuckets = 100_000): MetricStore {
  // In the order of their last write.
  const series = new Map<string, Series>();
  let total = 0;

  const seriesKey = (region: string, metric: Metric) => `${region} ${keyOf(metric)}`;

  function drop(one: Series, at: number): void {
    if (one.buckets.delete(at)) total--;
  }

  function forgetOld(key: string, one: Series): void {
    const oldest = clock.now() - keptMs(one.metric);
    for (const at of one.buckets.keys()) if (at < oldest) drop(one, at);
    if (one.buckets.size === 0) series.delete(key);
  }

  function makeRoom(current: Series): void {
    for (const [key, one] of series) {
      if (total <= maxBuckets || one === current) break;
      total -= one.buckets.size;
      series.delete(key);
    }
    const [first] = current.buckets.keys();
    if (first !== undefined && current.buckets.size > Math.min(bucketsPerMetric, maxBuckets)) drop(current, first);
  }

  /** Finds or starts the series and makes it the one written last. */
  function touch({ region, metric }: Place): Series {
    const key = seriesKey(region, metric);
    const one = series.get(key) ?? { region, metric, buckets: new Map() };
    series.delete(key);
    series.set(key, one);
    return one;
  }

  return {
    open(place) {
      const one = touch(place);
      const start = place.at - (place.at % (place.resolution * 1_000));
      const bucket = one.buckets.get(start) ?? new Map<string, Aggregate>();
      if (!one.buckets.has(start)) {
        one.buckets.set(start, bucket);
        total++;
        makeRoom(one);
      }
      const aggregate = bucket.get(place.unit) ?? emptyAggregate();
      bucket.set(place.unit, aggregate);
      return aggregate;
    },
    read(region, metric) {
      const key = seriesKey(region, metric);
      const one = series.get(key);
      if (one === undefined) return new Map();
      forgetOld(key, one);
      return one.buckets;
    },
    list(region) {
      for (const [key, one] of series) forgetOld(key, one);
      return [...series.values()].filter((one) => one.region === region).map((one) => one.metric);
    },
  };
}
