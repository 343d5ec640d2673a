import type { EstimateCompared, ForecastError } from '../../../shared/contracts/cost-views.ts';
import { dayMs, dayOf } from '../../../shared/domain/calendar.ts';
import { cloudsIn, expectedIn, monthBefore, type Days } from './days.ts';
import type { EstimateInterval } from './record.ts';

/** Estimates are in the catalogue's currency; a bill in another one is not compared with them. */
export const estimateCurrency = 'USD';

/** One amount billed to the service itself; what is shared between services was never in its estimate. */
export interface Billed {
  readonly currency: string;
  readonly micros: number;
}

export interface BilledFacts {
  /** By month `YYYY-MM`: the complete months that were asked for. */
  readonly months: ReadonlyMap<string, readonly Billed[]>;
  readonly week: readonly Billed[];
}

/** How far bills reach, by cloud: the last day that is complete, `YYYY-MM-DD`. */
export type BilledThrough = ReadonlyMap<string, string>;

const keptMonths = 13;
/** Bills of the newest days still grow. */
const unsettledDays = 2;
/** Months that are compared anew: bills are corrected for a while. */
export const monthsBack = 2;
const weekDays = 7;

export function forecastError(billed: number, estimated: number): number | undefined {
  return billed > 0 ? (billed - estimated) / billed : undefined;
}

/** The last complete day of each cloud, from the days on which it has any rows. */
export function billedThrough(
  days: Iterable<{ readonly provider: string; readonly day: string }>,
  now: number,
): BilledThrough {
  const settled = dayOf(now - unsettledDays * dayMs);
  const through = new Map<string, string>();
  for (const { provider, day } of days) {
    const last = day > settled ? settled : day;
    if (last > (through.get(provider) ?? '')) through.set(provider, last);
  }
  return through;
}

/** The seven days up to the last that every cloud has billed; undefined where there is no bill. */
export function billedWeek(through: BilledThrough): Days | undefined {
  const last = [...through.values()].sort()[0];
  if (last === undefined) return undefined;
  const to = Date.parse(last) + dayMs;
  return { from: dayOf(to - weekDays * dayMs), to: dayOf(to) };
}

/**
 * Holds a service's estimates against its bills. Pure. A month counts once every cloud the service was expected on has billed its
 * last day; what was compared before and is not asked for again stays.
 */
export function compare(
  intervals: readonly EstimateInterval[],
  { months, week }: BilledFacts,
  around: { readonly through: BilledThrough; readonly known: EstimateCompared | undefined; readonly now: number },
): EstimateCompared {
  const { through, known, now } = around;
  const fresh = Array.from({ length: monthsBack }, (_, i) => monthBefore(now, i + 1))
    .filter((days) => isBilled(intervals, days, through))
    .flatMap(({ month, ...days }) => {
      const error = errorIn(intervals, days, months.get(month) ?? []);
      return error === undefined ? [] : [{ month, ...error }];
    });
  const all = new Map([...(known?.months ?? []), ...fresh].map((each) => [each.month, each]));
  const days = billedWeek(through);
  const recent = days === undefined || !isBilled(intervals, days, through) ? undefined : errorIn(intervals, days, week);
  const other = [...months.values(), week].flat().find(({ currency }) => currency !== estimateCurrency)?.currency;
  return {
    months: [...all.values()].sort((a, b) => (a.month < b.month ? -1 : 1)).slice(-keptMonths),
    ...(recent === undefined ? {} : { week: recent }),
    ...(other === undefined ? {} : { otherCurrency: other }),
  };
}

/** Something was expected, and every cloud it was expected on has billed all of these days. */
function isBilled(intervals: readonly EstimateInterval[], days: Days, through: BilledThrough): boolean {
  const clouds = cloudsIn(intervals, days);
  const last = dayOf(Date.parse(days.to) - dayMs);
  return clouds.length > 0 && clouds.every((cloud) => (through.get(cloud) ?? '') >= last);
}

function errorIn(
  intervals: readonly EstimateInterval[],
  { from, to }: Days,
  amounts: readonly Billed[],
): ForecastError | undefined {
  if (amounts.some(({ currency }) => currency !== estimateCurrency)) return undefined;
  const billed = amounts.reduce((sum, { micros }) => sum + micros, 0);
  const estimated = expectedIn(intervals, { from, to });
  const ratio = forecastError(billed, estimated);
  return { from, to, billed, estimated, ...(ratio === undefined ? {} : { ratio }) };
}
