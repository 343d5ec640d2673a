import type { Severity } from '../../../shared/contracts/alert-received.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import { severities } from './severity.ts';

/** How many alerts of each severity. */
export type Counts = Readonly<Record<Severity, number>>;

export interface Granted {
  /** How many of each are taken now. */
  readonly counts: Counts;
  /** After this long there is room for some of the rest; 0 when all are taken. */
  readonly retryAfterSeconds: number;
}

/** Twice the storm that has to be absorbed (10,000 in a minute), so that nothing of it is turned away. */
export const alertsPerMinute = 24_000;

/** Below this share of the whole, no more of it: noise cannot use up what is kept for what is worse. */
const floors: Counts = { critical: 0, warning: 0.25, info: 0.5 };

/** Each hook has a budget of its own: one that raves takes nothing from the others. It fills up again within a minute. */
export function createBudget(clock: Clock, capacity = alertsPerMinute): (hook: string, wanted: Counts) => Granted {
  const levels = new Map<string, { readonly level: number; readonly at: number }>();
  const perMs = capacity / 60_000;
  return (hook, wanted) => {
    const now = clock.now();
    const { level: left, at } = levels.get(hook) ?? { level: capacity, at: now };
    // A clock that is set back gives nothing.
    let level = Math.min(capacity, left + Math.max(0, now - at) * perMs);
    const counts = { critical: 0, warning: 0, info: 0 };
    let waitMs = 0;
    for (const severity of severities) {
      const room = Math.max(0, Math.floor(level - capacity * floors[severity]));
      counts[severity] = Math.min(wanted[severity], room);
      level -= counts[severity];
      const refused = wanted[severity] - counts[severity];
      if (refused > 0) waitMs = Math.max(waitMs, (capacity * floors[severity] + refused - level) / perMs);
    }
    levels.set(hook, { level, at: now });
    // Not all of a refusal has to fit before it is worth trying again, and a minute fills everything.
    return { counts, retryAfterSeconds: waitMs === 0 ? 0 : Math.min(60, Math.max(1, Math.ceil(waitMs / 1000))) };
  };
}
