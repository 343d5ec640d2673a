import { daysOf, monthOf, monthsLater } from '../../../shared/domain/calendar.ts';

/** By how many days a monthly item may come earlier or later: weekends are in its way. */
const shift = 2;
/** It need not be as large as this time. */
const share = 0.6;

/**
 * Whether a month ago, on the day of the same number, or as far from the month's end, something like it stuck out: a licence, a backup,
 * a run of accounts.
 */
export function sameDayLastMonth(peaks: ReadonlyMap<number, number>, day: number, excess: number): boolean {
  const month = monthOf(day);
  const { from, to } = daysOf(month);
  const before = daysOf(monthsLater(month, -1));
  const twins = [before.from + (day - from), before.to - (to - day)];
  return twins.some((twin) =>
    Array.from({ length: 2 * shift + 1 }, (_, i) => peaks.get(twin - shift + i) ?? 0).some(
      (peak) => peak >= share * excess,
    ),
  );
}
