import { monthsBefore, nextMonth } from './cost-api.ts';

/** Bills of a month still change for some days after it; from this day of the next month on they are taken as final. */
const finalDay = '10';

export interface MonthFile {
  /** YYYY-MM */
  readonly location: string;
  readonly version: string;
}

/**
 * This month and so many in all, oldest first, each in a version of the day up to which it can have changed: asked for once a day, at
 * most, and once for all when it is final.
 */
export function monthsAt(now: Date, many: number): readonly MonthFile[] {
  const today = now.toISOString().slice(0, 10);
  const month = today.slice(0, 7);
  const past = Array.from({ length: many - 1 }, (_, i) => monthsBefore(month, many - 1 - i)).map((location) => {
    const final = `${nextMonth(`${location}-01`).slice(0, 7)}-${finalDay}`;
    return { location, version: `as of ${today < final ? today : final}` };
  });
  // On its first day a month has no day that is over.
  return today.endsWith('-01') ? past : [...past, { location: month, version: `as of ${today}` }];
}
