import { HOURS_PER_MONTH } from '../../../shared/catalogue/monthly-compute.ts';
import { dayAt, dayName, daysOf, monthOf, monthsLater } from '../../../shared/domain/calendar.ts';
import type { EstimateInterval } from './record.ts';

const monthMs = HOURS_PER_MONTH * 3_600_000;

/** Days as bills count them, `YYYY-MM-DD`, UTC: the first, and the first that is not meant. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The month so many months before the one of that moment. */
export function monthBefore(ms: number, months: number): Days & { readonly month: string } {
  const month = monthsLater(monthOf(dayAt(ms)), -months);
  const { from, to } = daysOf(month);
  return { month, from: dayName(from), to: dayName(to) };
}

/** What was expected of these days, micro-dollars; rounded once, at the end. An hour costs a 730th of a month, however long that is. */
export function expectedIn(intervals: readonly EstimateInterval[], days: Days): number {
  const micros = intervals.reduce((sum, each) => sum + each.expected * overlapMs(each, days), 0);
  return Math.round(micros / monthMs);
}

/** Clouds on which something was expected in these days. */
export function cloudsIn(intervals: readonly EstimateInterval[], days: Days): readonly string[] {
  const targets = intervals.flatMap((each) => (overlapMs(each, days) > 0 ? Object.keys(each.targets) : []));
  return [...new Set(targets.map((target) => target.slice(0, target.indexOf('/'))))].sort();
}

function overlapMs({ from, to = Infinity }: EstimateInterval, days: Days): number {
  return Math.max(0, Math.min(to, Date.parse(days.to)) - Math.max(from, Date.parse(days.from)));
}
