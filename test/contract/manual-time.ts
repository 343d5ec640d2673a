import type { Timer } from '../../shared/adapters/memory/index.ts';
import type { Clock } from '../../shared/ports/clock.ts';

/** A clock and its timers, moved by hand: no test waits for real time. */
export class ManualTime implements Clock, Timer {
  #now: number;
  readonly #timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();

  constructor(now = Date.UTC(2026, 10, 21, 8)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  set(callback: () => void, delayMs: number): () => void {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on, and calls back every timer whose time has come, earliest first. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ dueAt }) => dueAt <= until).sort((a, b) => a.dueAt - b.dueAt);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
    }
    this.#now = until;
  }
}

/** Lets the event loop turn until the condition holds; fails after so many turns that it never will. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Gives whatever should not happen a fair chance to happen. */
export async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
