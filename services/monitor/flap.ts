import type { HealthSettings } from './settings.ts';

/** Turns that still count at a time; more than a dozen are not remembered: the hold has reached its most long before. */
export const recentTurns = (
  turns: readonly number[],
  at: number,
  { flapWindowMs }: HealthSettings,
): readonly number[] => turns.filter((turn) => at - turn < flapWindowMs).slice(-12);

/**
 * How long a region must stay well before it is called so: nothing at first; who ceased to be well too often lately is not believed at
 * once, and each further turn doubles the time.
 */
export function holdMs(turns: readonly number[], at: number, settings: HealthSettings): number {
  const { flapTurns, flapHoldMs, flapWindowMs } = settings;
  const recent = recentTurns(turns, at, settings).length;
  return recent < flapTurns ? 0 : Math.min(flapHoldMs * 2 ** (recent - flapTurns), flapWindowMs);
}
