import type { Timer } from '../memory/timer.ts';

export interface Patience {
  readonly timer: Timer;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

const initialMs = 50;

/** Waits before another attempt: full jitter under a ceiling that doubles from 50 ms. `attempt` is the one that failed, 1 first. */
export function pauseAfter(attempt: number, { timer, random }: Patience): Promise<void> {
  const delayMs = Math.ceil(random() * initialMs * 2 ** (attempt - 1));
  return new Promise((resolve) => timer.set(resolve, delayMs));
}
