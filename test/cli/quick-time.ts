import { systemTimer, type Timer } from '../../shared/adapters/memory/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';

interface QuickTime {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly skip: (ms: number) => void;
}

/** A clock that begins at this moment and goes as ours does, but for waits of seconds: they are over at once, and it has jumped ahead. */
export function quickTime(from: number): QuickTime {
  const began = performance.now();
  let skipped = 0;
  const clock = { now: () => from + Math.floor(performance.now() - began) + skipped };
  const timer: Timer = {
    set(callback, delayMs) {
      if (delayMs < 1000 || delayMs > 30_000) return systemTimer.set(callback, delayMs);
      return systemTimer.set(() => {
        skipped += delayMs;
        callback();
      }, 20);
    },
  };
  return { clock, timer, skip: (ms) => void (skipped += ms) };
}
