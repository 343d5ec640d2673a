import type { Clock } from '../../ports/clock.ts';
import type { StepResult } from './stepper.ts';
import type { Timer } from './timer.ts';

interface Work {
  readonly clock: Clock;
  readonly timer: Timer | undefined;
  step(): Promise<StepResult>;
  nextDueAt(): number | undefined;
}

/** Steps by itself while something is due, and sleeps on the timer until something will be. */
export class Pump {
  readonly #work: Work;
  #started = false;
  #running: Promise<void> | undefined;
  #cancel: () => void = () => {};

  constructor(work: Work) {
    this.#work = work;
  }

  start(): Promise<void> {
    this.#started = this.#work.timer !== undefined;
    this.wake();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#cancel();
    await this.#running;
  }

  wake(): void {
    if (!this.#started || this.#running !== undefined) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#sleep();
    });
  }

  async #run(): Promise<void> {
    // The caller that woke us goes on first, as it would with a real queue.
    await Promise.resolve();
    while (this.#started && (await this.#work.step()).kind !== 'idle');
  }

  #sleep(): void {
    const dueAt = this.#work.nextDueAt();
    if (!this.#started || dueAt === undefined) return;
    const delay = dueAt - this.#work.clock.now();
    // Queued between our last look and now.
    if (delay <= 0) return this.wake();
    this.#cancel();
    this.#cancel = this.#work.timer?.set(() => this.wake(), delay) ?? (() => {});
  }
}
