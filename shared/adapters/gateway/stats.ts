/** Upper bounds of the latency buckets, milliseconds; one more bucket holds what is above. */
export const latencyBoundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

export interface ServiceCounters {
  requests: number;
  /** Answers of 5xx, from the service or because it could not be reached, and answers that broke off. */
  errors: number;
  retries: number;
  inFlight: number;
  /** Counts per bucket of `latencyBoundsMs`, from request to the end of the answer. */
  readonly latency: number[];
  latencySumMs: number;
}

export interface GatewayStats {
  readonly services: readonly ServiceStats[];
  readonly endpoints: readonly { readonly endpoint: string; readonly healthy: boolean; readonly inFlight: number }[];
  readonly unknownHosts: number;
}

export interface ServiceStats extends Readonly<ServiceCounters> {
  readonly host: string;
  readonly application: string;
  readonly service: string;
}

export function newCounters(): ServiceCounters {
  const latency = new Array<number>(latencyBoundsMs.length + 1).fill(0);
  return { requests: 0, errors: 0, retries: 0, inFlight: 0, latency, latencySumMs: 0 };
}

export function countAnswer(counters: ServiceCounters, elapsedMs: number, failed: boolean): void {
  const bucket = latencyBoundsMs.findIndex((bound) => elapsedMs <= bound);
  const index = bucket === -1 ? latencyBoundsMs.length : bucket;
  counters.latency[index] = (counters.latency[index] ?? 0) + 1;
  counters.latencySumMs += elapsedMs;
  if (failed) counters.errors += 1;
}
