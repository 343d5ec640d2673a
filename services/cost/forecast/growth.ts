import { dayName, dayNumber } from '../../../shared/domain/calendar.ts';
import { median } from './robust.ts';

export const growthKey = 'growth';

/**
 * What was known of each day's cost so many days later, by stream. Bills come late: a day of which three quarters were known on the
 * next morning for two weeks is three quarters known this morning too.
 */
export interface GrowthRecord {
  readonly seen: Readonly<Record<string, Seen>>;
}

/** Day to what was seen at the age of 0, 1, 2 … days; null where nobody looked. */
type Seen = Readonly<Record<string, readonly (number | null)[]>>;

/** Bills of a provider in one currency: amounts in another come from other accounts, with a lateness of their own. */
export const streamOf = (provider: string, currency: string): string => `${provider} ${currency}`;

/** Micro-units by stream and day, of usage alone: credits and purchases are no matter of lateness. */
export type DailyTotals = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Ages that are followed. Older days are taken for complete: what comes later is a correction. */
const settledAge = 10;
const keptDays = 45;
const leastSamples = 5;

export function withSeen(record: GrowthRecord | undefined, totals: DailyTotals, today: number): GrowthRecord {
  const seen = [...totals].map(([stream, days]) => {
    const known = record?.seen[stream] ?? {};
    const kept = [...days]
      .filter(([day]) => day > today - keptDays && day <= today)
      .map(([day, micros]) => [dayName(day), seenOf(known[dayName(day)], today - day, micros)] as const)
      .filter(([, ages]) => ages.length > 0);
    return [stream, Object.fromEntries(kept)] as const;
  });
  return { seen: { ...record?.seen, ...Object.fromEntries(seen) } };
}

function seenOf(known: readonly (number | null)[] = [], age: number, micros: number): (number | null)[] {
  if (age > settledAge) return [...known];
  return Array.from({ length: Math.max(known.length, age + 1) }, (_, i) => (i === age ? micros : (known[i] ?? null)));
}

/**
 * Share of a day's final cost that is known when the day is so old; undefined where too little was seen to tell.
 * @param totals what is known now
 */
export function shareKnown(
  record: GrowthRecord | undefined,
  totals: DailyTotals,
  { stream, age, today }: { readonly stream: string; readonly age: number; readonly today: number },
): number | undefined {
  if (age > settledAge) return 1;
  const final = totals.get(stream);
  const shares = Object.entries(record?.seen[stream] ?? {}).flatMap(([name, ages]) => {
    const day = dayNumber(name);
    const [then, now] = [ages[age], final?.get(day)];
    if (today - day <= settledAge || then === undefined || then === null) return [];
    return now === undefined || now <= 0 ? [] : [Math.max(0, Math.min(1, then / now))];
  });
  return shares.length < leastSamples ? undefined : median(shares);
}
