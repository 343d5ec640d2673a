import { dayAt, daysOf, monthOf, monthsLater } from '../../../shared/domain/calendar.ts';

/** Until then in a month the last bills of the month before are still coming in, and it is reported as well. */
const lateDays = 10;
/** A bill of a month further back is still counted, and is in the trend; its report is not written any more. */
const monthsKept = 13;

/** What is known of months that are over. Epoch ms, by `YYYY-MM`. */
export interface Months {
  /** When the newest of a month's bills came in. */
  readonly imported: ReadonlyMap<string, number>;
  /** When a month was reported last. */
  readonly reported: ReadonlyMap<string, number>;
}

/** Months of which there may be a report, this one apart, oldest first. */
export function monthsBefore(now: number): readonly string[] {
  const current = monthOf(dayAt(now));
  return Array.from({ length: monthsKept }, (_, i) => monthsLater(current, i - monthsKept));
}

/** Months to report, this one last: whoever waits for it then has all. Pure. */
export function monthsDue({ imported, reported }: Months, now: number): readonly string[] {
  const current = monthOf(dayAt(now));
  const isEarly = dayAt(now) < daysOf(current).from + lateDays;
  const last = monthsLater(current, -1);
  const isDue = (month: string): boolean => {
    if (month === last && isEarly) return true;
    const came = imported.get(month);
    return came !== undefined && came >= (reported.get(month) ?? 0);
  };
  return [...monthsBefore(now).filter(isDue), current];
}
