import type { UsageDay } from '../../../shared/contracts/usage-summarized.ts';
import { usagePrefix } from '../keys.ts';

export type Used = Omit<UsageDay, 'application' | 'service' | 'target'>;

/** What a service used, by day and target. */
export interface UsageRecord {
  readonly application: string;
  readonly service: string;
  readonly days: Readonly<Record<string, Readonly<Record<string, Used>>>>;
}

/** A day as those who conclude from it read it. */
export interface UsedDay {
  readonly day: string;
  readonly targets: ReadonlyMap<string, Used>;
}

export const usageKey = (application: string, service: string): string => `${usagePrefix}${application}/${service}`;

/** Two months: a window before a change and one after. */
const daysKept = 60;
/** A page of 25 services is one transaction of 4 MB. */
const largestRecord = 140_000;

/** The record with what was said of one day put into it: a later word on a deployment replaces the earlier. */
export function withUsage(
  before: UsageRecord | undefined,
  day: string,
  said: readonly UsageDay[],
): UsageRecord | undefined {
  const [first] = said;
  if (first === undefined) return before;
  const own = Object.fromEntries(
    said.map(({ application: _, service: __, target, ...used }) => [target, used] as const),
  );
  const days = { ...before?.days, [day]: { ...before?.days[day], ...own } };
  const newest = Object.keys(days).sort().slice(-daysKept);
  const record = (names: readonly string[]): UsageRecord => ({
    application: first.application,
    service: first.service,
    days: Object.fromEntries(names.map((name) => [name, days[name] ?? {}])),
  });
  return record(fitting(newest, days));
}

/** The newest days that fit. */
function fitting(names: readonly string[], days: UsageRecord['days']): readonly string[] {
  let bytes = 0;
  const kept = [...names].reverse().filter((name) => {
    bytes += JSON.stringify(days[name]).length;
    return bytes <= largestRecord;
  });
  return kept.reverse();
}

export function daysOf(record: UsageRecord | undefined, from: string, to: string): readonly UsedDay[] {
  return Object.keys(record?.days ?? {})
    .filter((day) => day >= from && day < to)
    .sort()
    .map((day) => ({ day, targets: new Map(Object.entries(record?.days[day] ?? {})) }));
}
