import type { SandboxClock } from './types.ts';

/** The wall clock. Its timers do not keep the program alive: the listening servers do, until they are closed. */
export const systemClock: SandboxClock = {
  now: () => Date.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until a test moves it. */
export interface ManualClock extends SandboxClock {
  /**
   * Moves time forward by `ms`, runs everything that falls due in order of its time, and lets promise continuations settle
   * between two timers, so that a timer armed by a continuation inside the window also runs.
   */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly work: () => void;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** @param start milliseconds since the epoch; the default is a fixed instant, so that outputs are the same on every run. */
export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();

  const nextDue = (until: number): Timer | undefined =>
    [...timers].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due || a.order - b.order)[0];

  return {
    now: () => now,
    after(ms, work) {
      const timer = { due: now + Math.max(0, ms), order: order++, work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        now = timer.due;
        timer.work();
        await settle();
      }
      now = until;
    },
  };
}
