import type { CurrencyReport } from '../contracts/cost-views.ts';

/** How far the bills of one cloud tell of a month. */
export interface Reach {
  readonly cloud: string;
  /** The last day with a charge, `YYYY-MM-DD`. */
  readonly day: string;
}

/**
 * Each cloud bills at its own pace: what is missing of the slowest looks like a saving to who does not know it. Slowest first; a cloud
 * without a charge in the month is not there. Pure.
 */
export function reachOf({ days }: Pick<CurrencyReport, 'days'>, period: string): readonly Reach[] {
  const last = new Map<string, string>();
  for (const { day, clouds = {} } of days) {
    if (!day.startsWith(period)) continue;
    for (const cloud of Object.keys(clouds)) if (day > (last.get(cloud) ?? '')) last.set(cloud, day);
  }
  return [...last]
    .map(([cloud, day]) => ({ cloud, day }))
    .sort((a, b) => order(a.day, b.day) || order(a.cloud, b.cloud));
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
