import { latencyBoundsMs, type GatewayStats, type ServiceStats } from './stats.ts';

/** What clients saw of one service between two readings of the counters. */
export interface Answered {
  readonly application: string;
  readonly service: string;
  readonly requests: number;
  readonly failed: number;
  readonly retried: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/**
 * The services that answered something between two readings. Percentiles are interpolated inside their bucket, as Prometheus does
 * it: right to the width of the bucket, and never above 10 s, the highest bound.
 */
export function answeredBetween(before: GatewayStats, after: GatewayStats): Answered[] {
  const earlier = new Map(before.services.map((each) => [each.host, each]));
  return after.services.flatMap((each) => {
    const answered = since(earlier.get(each.host), each);
    return answered.requests === 0 ? [] : [answered];
  });
}

function since(before: ServiceStats | undefined, after: ServiceStats): Answered {
  const latency = after.latency.map((count, index) => count - (before?.latency[index] ?? 0));
  const { application, service } = after;
  return {
    application,
    service,
    requests: latency.reduce((sum, count) => sum + count, 0),
    failed: after.errors - (before?.errors ?? 0),
    retried: after.retries - (before?.retries ?? 0),
    p50Ms: quantile(latency, 0.5),
    p95Ms: quantile(latency, 0.95),
    p99Ms: quantile(latency, 0.99),
  };
}

/** @param latency counts per bucket of `latencyBoundsMs`, and one above. @returns milliseconds; 0 when nothing was counted. */
export function quantile(latency: readonly number[], share: number): number {
  const rank = share * latency.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [index, count] of latency.entries()) {
    if (count > 0 && below + count >= rank) {
      const [from, to] = boundsOf(index);
      return Math.round((from + ((to - from) * (rank - below)) / count) * 100) / 100;
    }
    below += count;
  }
  return 0;
}

/** What is above the highest bound is only known to be above it. */
function boundsOf(index: number): readonly [number, number] {
  const highest = latencyBoundsMs.at(-1) ?? 0;
  return [latencyBoundsMs[index - 1] ?? 0, latencyBoundsMs[index] ?? highest];
}
