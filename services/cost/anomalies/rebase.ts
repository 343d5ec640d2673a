import type { Spent } from '../forecast/baseline.ts';
import { median } from '../forecast/robust.ts';

export interface Pending extends Spent {
  readonly expected: number;
  readonly score: number;
}

/**
 * History at the new level: what was before is scaled to it, so that the shape of the week and the size of the noise stay known; the
 * days themselves stand as they were. Where next to nothing was expected there is nothing to scale, and the new days are all there is.
 */
export function rebased(history: readonly Spent[], pending: readonly Pending[]): Spent[] {
  const days = new Map(pending.map(({ day, micros }) => [day, micros]));
  const factors = pending.flatMap(({ micros, expected }) => (expected > 0 ? [micros / expected] : []));
  const factor = median(factors);
  const before = history.filter(({ day }) => !days.has(day));
  const scaled =
    factor === undefined || factor > mostFactor
      ? []
      : before.map(({ day, micros }) => ({ day, micros: micros * Math.max(0, factor) }));
  return [...scaled, ...pending.map(({ day, micros }) => ({ day, micros }))];
}

const mostFactor = 100;
