import type { Draft } from '../../../shared/contracts/contract.ts';
import { monitorUsageDue } from '../../../shared/contracts/monitor-usage-due.ts';
import { dayMs, dayOf } from '../../../shared/domain/calendar.ts';

/** Which day was last gone through, and how often. */
export interface DayRoundRecord {
  readonly day: string;
  readonly rounds: number;
}
export const dayRoundKey = 'usage-round';

/**
 * After the day's last minutes have come in; and again when its minutes are let go, because until then what came late was put beside
 * them. The second time only what has changed is said.
 */
const roundsAfterMs = [10 * 60_000, 130 * 60_000] as const;

/** What is known of hours is kept for so long: of days before there would be nothing to say. */
const oldestDays = 3;

/**
 * The note that begins a round, and the record of it; undefined while none is due. Days that went by while nobody was awake come first,
 * one at a time: what was measured before is still there.
 */
export function dueDayRound(
  last: DayRoundRecord | undefined,
  now: number,
): { readonly record: DayRoundRecord; readonly event: Draft } | undefined {
  const missed = missedAfter(last, now);
  if (missed !== undefined) {
    return { record: { day: missed, rounds: roundsAfterMs.length }, event: monitorUsageDue.draft({ day: missed }) };
  }
  const day = dayOf(now - dayMs);
  const done = last?.day === day ? last.rounds : 0;
  const due = roundsAfterMs.filter((after) => now % dayMs >= after).length;
  if (due <= done) return undefined;
  return { record: { day, rounds: due }, event: monitorUsageDue.draft({ day }) };
}

/** The first day after the last one, before yesterday; undefined where there is none. */
function missedAfter(last: DayRoundRecord | undefined, now: number): string | undefined {
  if (last === undefined) return undefined;
  const [next, oldest] = [dayOf(Date.parse(last.day) + dayMs), dayOf(now - oldestDays * dayMs)];
  const first = next > oldest ? next : oldest;
  return first < dayOf(now - dayMs) ? first : undefined;
}
