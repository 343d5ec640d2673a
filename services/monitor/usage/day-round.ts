import type { Draft } from '../../../shared/contracts/contract.ts';
import { monitorUsageDue } from '../../../shared/contracts/monitor-usage-due.ts';

/** Which day was last gone through, and how often. */
export interface DayRoundRecord {
  readonly day: string;
  readonly rounds: number;
}
export const dayRoundKey = 'usage-round';

const dayMs = 86_400_000;
/**
 * After the day's last minutes have come in; and again when its minutes are let go, because until then what came late was put beside
 * them. The second time only what has changed is said.
 */
const roundsAfterMs = [10 * 60_000, 130 * 60_000] as const;

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The note that begins a round, and the record of it; undefined while none is due. */
export function dueDayRound(
  last: DayRoundRecord | undefined,
  now: number,
): { readonly record: DayRoundRecord; readonly event: Draft } | undefined {
  const day = dayOf(now - dayMs);
  const done = last?.day === day ? last.rounds : 0;
  const due = roundsAfterMs.filter((after) => now % dayMs >= after).length;
  if (due <= done) return undefined;
  return { record: { day, rounds: due }, event: monitorUsageDue.draft({ day }) };
}
