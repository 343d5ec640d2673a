import type { Random } from '../random.ts';

/** Time that moves when nothing more can happen now. */
export class VirtualTime {
  now = 0;
  #events: { at: number; order: number; run: () => void }[] = [];
  #order = 0;

  after(delayMs: number, run: () => void): void {
    const event = { at: this.now + Math.max(0, delayMs), order: this.#order++, run };
    const events = this.#events;
    let low = 0;
    let high = events.length;
    // Kept sorted, the next one last.
    while (low < high) {
      const middle = (low + high) >> 1;
      const each = events[middle];
      if (each !== undefined && (each.at > event.at || (each.at === event.at && each.order > event.order)))
        low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, event);
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Runs everything that is due until then. */
  async until(end: number): Promise<void> {
    for (let next = this.#events.at(-1); next !== undefined && next.at <= end; next = this.#events.at(-1)) {
      this.#events.pop();
      this.now = Math.max(this.now, next.at);
      next.run();
      // What was waiting for this goes on before time does: as many turns as the longest chain of promises here has links, and more.
      for (let turn = 0; turn < 24; turn++) await Promise.resolve();
    }
    this.now = end;
  }
}

/** A region's clock: it is off by something, and runs too fast or too slow. */
export class DriftingClock {
  readonly #time: VirtualTime;
  #offset: number;
  #rate: number;
  constructor(time: VirtualTime, offset: number, rate: number) {
    this.#time = time;
    this.#offset = offset;
    this.#rate = rate;
  }
  now(): number {
    return this.#offset + this.#time.now * (1 + this.#rate);
  }
  /** From now on at another speed, without a jump; or with one. */
  change(rate: number, jumpMs = 0): void {
    this.#offset += this.#time.now * (this.#rate - rate) + jumpMs;
    this.#rate = rate;
  }
}

/** Mostly quick, now and then slow, seldom so slow that nobody waits for it any more. */
export function latency(random: Random): number {
  if (random.chance(0.01)) return 1000 + random.below(6000);
  return 5 + random.below(random.chance(0.1) ? 600 : 120);
}
