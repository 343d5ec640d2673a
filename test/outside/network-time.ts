/**
 * test/contract/manual-time.ts for adapters with a network in between: there, nothing happens within so many turns of the event
 * loop, so `until` and `turns` count in time. vitest.moto.config.ts puts it in that file's
 * place for the suites beside it.
 */
export { ManualTime } from '../contract/manual-time.ts';

const patienceMs = 20_000;
const lookEveryMs = 5;
/** What one turn of the event loop stands for. */
const turnMs = 4;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the condition holds; fails after so long that it never will. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline;) {
    if (condition()) return;
    await pause(lookEveryMs);
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Gives whatever should not happen a fair chance to happen. */
export async function turns(count = 50): Promise<void> {
  await pause(count * turnMs);
}
