import type { Program } from './programs.ts';

/** How many single expectations held. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** What a check is given to work with; all of it is ended or removed when the check has ended, however it ended. */
export interface Stage {
  /** Aborted when the check's time is over or somebody presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** An empty folder of its own. */
  readonly folder: string;
  /** Kept, and shown when the check fails. */
  log(text: string): void;
  /** Runs at the end, the last one first. */
  defer(end: () => Promise<void> | void): void;
}

/** Something nobody here wrote, held against something of ours. */
export interface Check {
  readonly name: string;
  readonly about: string;
  readonly needs: readonly Program[];
  readonly limitSeconds: number;
  /** @throws Error when it could not be carried out. */
  run(stage: Stage): Promise<Tally>;
}

/** Collects single expectations, each a line in the log: the rest is still tried when one does not hold. */
export function expectations(stage: Stage) {
  const tally = { passed: 0, failed: 0 };
  async function expect(what: string, holds: () => Promise<void>): Promise<void> {
    const began = performance.now();
    const took = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
    try {
      await holds();
      tally.passed += 1;
      stage.log(`ok      ${what} (${took()})\n`);
    } catch (error) {
      tally.failed += 1;
      stage.log(`FAILED  ${what}: ${(error as Error).message} (${took()})\n`);
    }
  }
  return { expect, tally: (): Tally => ({ ...tally }) };
}

/** @throws Error that shows both when they differ. */
export function same(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: found ${a}, wanted ${b}`);
}

/** Asks again until the question no longer throws. @throws the last error after `seconds`, or when the check is over. */
export async function eventually<T>(stage: Stage, seconds: number, ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const last = error as Error;
      if (stage.signal.aborted) throw error;
      if (Date.now() > deadline) throw new Error(`${last.message} (for ${seconds} s)`, { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
