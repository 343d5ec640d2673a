/** Days as bills count them, UTC; as whole numbers since 1970-01-01, so that they can be counted. */
export const dayMs = 86_400_000;

export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / dayMs;
}

export function dayName(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10);
}

/** The day of an instant, milliseconds since the epoch. */
export function dayAt(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** The same by its name, `YYYY-MM-DD`. */
export function dayOf(ms: number): string {
  return dayName(dayAt(ms));
}

/** Whole days that have passed; what lies ahead is no day old. Both milliseconds since the epoch. */
export function daysSince(ms: number, now: number): number {
  return Math.max(0, Math.floor((now - ms) / dayMs));
}

/** 0 is Sunday. 1970-01-01 was a Thursday. */
export function weekday(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}

/** `YYYY-MM`. */
export function monthOf(number: number): string {
  return dayName(number).slice(0, 7);
}

/** First day of the month, and the first that is not in it. */
export function daysOf(month: string): { readonly from: number; readonly to: number } {
  const [year = 0, index = 1] = month.split('-').map(Number);
  return { from: Date.UTC(year, index - 1, 1) / dayMs, to: Date.UTC(year, index, 1) / dayMs };
}

/** So many months later; negative: earlier. */
export function monthsLater(month: string, by: number): string {
  const [year = 0, index = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, index - 1 + by, 1)).toISOString().slice(0, 7);
}
