import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import { newestOf, oldestKept, resolutions, valuesOf, type Ring } from '../metrics/ring.ts';
import type { SeriesKey, SeriesRecord } from '../metrics/series.ts';

/**
 * The minutes of each hour, in order of size: what percentiles of a day are taken from once the minutes themselves are gone. Written
 * once an hour, so that the record written every minute stays small.
 */
export interface SpreadRecord {
  /** By the start of the hour, seconds since the epoch. */
  readonly hours: Readonly<Record<string, SpreadHour>>;
  /** What was said last of a day, by its name: said again only when it has changed. */
  readonly said?: Readonly<Record<string, string>>;
}

export interface SpreadHour {
  /** Shares of what the deployment had, ascending, three digits each; absent: nothing is known. */
  readonly cpu?: readonly number[];
  readonly memory?: readonly number[];
}

export const spreadPrefix = 'metrics/spread/';
export const spreadKey = ({ application, service, place }: SeriesKey): string =>
  `${spreadPrefix}${application}/${service}/${place}`;

const metrics = { cpu: 'container.cpu.utilization', memory: 'container.memory.utilization' } as const;
const { step } = resolutions['1h'];
/** Yesterday must be whole until it has been said for the last time. */
const kept = 50;
/** As the coarser series: clouds tell up to three minutes late. */
const settleSeconds = 180;

/**
 * The record with every hour in it that is over and whose minutes are all at hand; the very same record when nothing changed.
 * @param now milliseconds since the epoch
 */
export function withHours(before: SpreadRecord | undefined, minutes: SeriesRecord | undefined, now: number) {
  const hours: Record<string, SpreadHour> = { ...before?.hours };
  let changed = false;
  for (const [start, hour] of hoursOf(minutes, now / 1000)) {
    if (JSON.stringify(hours[start]) === JSON.stringify(hour)) continue;
    hours[start] = hour;
    changed = true;
  }
  if (!changed) return before;
  const newest = Math.max(...Object.keys(hours).map(Number));
  const fresh = Object.entries(hours).filter(([start]) => Number(start) > newest - kept * step);
  return { ...before, hours: Object.fromEntries(fresh) } satisfies SpreadRecord;
}

function hoursOf(minutes: SeriesRecord | undefined, nowSeconds: number): ReadonlyMap<string, SpreadHour> {
  const hours = new Map<string, SpreadHour>();
  for (const [name, metric] of Object.entries(metrics)) {
    for (const [start, values] of byHour(minutes?.rings[metric], nowSeconds)) {
      hours.set(start, { ...hours.get(start), [name]: values });
    }
  }
  return hours;
}

function byHour(ring: Ring | undefined, nowSeconds: number): Map<string, number[]> {
  const minute = resolutions['1m'];
  const intactFrom = oldestKept(newestOf(ring, minute) ?? 0, minute);
  const groups = Map.groupBy(valuesOf(ring, minute), ([at]) => at - (at % step));
  return new Map(
    [...groups]
      .filter(([start]) => start >= intactFrom && start + step + settleSeconds <= nowSeconds)
      .map(([start, values]) => [
        String(start),
        values.map(([, { value }]) => threeDigits(value)).sort((a, b) => a - b),
      ]),
  );
}

const threeDigits = (value: number): number => Number(value.toPrecision(3));

/** Metrics whose hours the spread keeps. */
export const spreadMetrics: readonly MeasuredName[] = Object.values(metrics);
