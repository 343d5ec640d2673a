/** Bills of a month still change for some days after it; from this day of the next month on they are taken as final. */
const finalDay = '10';

export interface MonthFile {
  /** YYYY-MM */
  readonly location: string;
  readonly version: string;
}

/** This month and the last, each in a version of the day up to which it can have changed: asked for once a day, at most. */
export function monthsAt(now: Date): readonly MonthFile[] {
  const today = now.toISOString().slice(0, 10);
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
  const final = `${today.slice(0, 7)}-${finalDay}`;
  const months = [{ location: last, version: `as of ${today < final ? today : final}` }];
  // On its first day a month has no day that is over.
  return today.endsWith('-01') ? months : [...months, { location: today.slice(0, 7), version: `as of ${today}` }];
}
