import type { UsageDay } from '../../../shared/contracts/usage-summarized.ts';
import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import type { DeploymentIdentity } from '../../../shared/contracts/values.ts';
import { resolutions, rounded, valuesOf, type Value } from '../metrics/ring.ts';
import type { SeriesRecord } from '../metrics/series.ts';
import type { SpreadHour, SpreadRecord } from './spread.ts';

const { step } = resolutions['1h'];
const hoursOfDay = 24;

/** What is known of one deployment. */
export interface Measured {
  readonly of: DeploymentIdentity;
  readonly hours: SeriesRecord | undefined;
  readonly spread: SpreadRecord | undefined;
}

/**
 * How much of what it has the deployment used on a day, UTC. Percentiles are nearest-rank over the minutes that are known; what is not
 * known is absent, never zero.
 * @returns undefined when nothing is known of the day
 */
export function summarize(day: string, { of, hours, spread }: Measured): UsageDay | undefined {
  const from = Date.parse(`${day}T00:00:00Z`) / 1000;
  const starts = Array.from({ length: hoursOfDay }, (_, hour) => from + hour * step);
  const known = (metric: MeasuredName): (Value | undefined)[] => {
    const values = valuesOf(hours?.rings[metric], resolutions['1h']);
    return starts.map((start) => values.get(start));
  };
  const spreads = starts.map((start) => spread?.hours[String(start)]);
  const requests = known('http.server.request.count');
  const replicas = known('deployment.replicas');
  const minutes = sum(starts.map((_, hour) => minutesOf([requests[hour], replicas[hour]], spreads[hour])));
  if (minutes === 0) return undefined;
  const { application, service, target } = of;
  return {
    ...{ application, service, target, minutes },
    ...optional('cpu', spreadOf(spreads.flatMap((hour) => hour?.cpu ?? []))),
    ...optional('memory', spreadOf(spreads.flatMap((hour) => hour?.memory ?? []))),
    ...optional('requests', total(requests)),
    ...optional('replicas', mean(replicas)),
    ...optional('hours', peaks(spreads)),
  };
}

/** Of the hour: as many as the metric has of which most is known. */
function minutesOf(values: readonly (Value | undefined)[], spread: SpreadHour | undefined): number {
  const counts = [spread?.cpu?.length, spread?.memory?.length, ...values.map((value) => value?.known)];
  return Math.min(60, Math.max(0, ...counts.filter((count) => count !== undefined)));
}

function spreadOf(values: readonly number[]): UsageDay['cpu'] | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) return undefined;
  const percentile = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? max;
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99), max };
}

function total(values: readonly (Value | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sum(known.map(({ value }) => value));
}

/** Each hour counts by the minutes it rests on. */
function mean(values: readonly (Value | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  const minutes = sum(known.map((each) => each.known));
  return minutes === 0 ? undefined : rounded(sum(known.map((each) => each.value * each.known)) / minutes);
}

function peaks(spreads: readonly (SpreadHour | undefined)[]): UsageDay['hours'] | undefined {
  const highest = spreads.map((hour) => hour?.cpu?.at(-1) ?? null);
  return highest.some((each) => each !== null) ? highest : undefined;
}

const sum = (values: readonly number[]): number => values.reduce((before, value) => before + value, 0);

function optional<K extends keyof UsageDay>(name: K, value: UsageDay[K] | undefined): Partial<UsageDay> {
  return value === undefined ? {} : { [name]: value };
}
