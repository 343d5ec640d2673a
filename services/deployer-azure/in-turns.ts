import { Busy } from './errors.ts';

/** Calls under way at once: enough for speed, few enough not to be throttled by one command. */
const atOnce = 8;

/**
 * Runs every task, a few at a time, whatever happens to the others, so that a repetition finds as little as possible left to do.
 * @throws the first error that is not `Busy`, else the first `Busy`.
 */
export async function inTurns(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: Error[] = [];
  const waiting = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      await task().catch((error: unknown) => {
        errors.push(error instanceof Error ? error : new Error(String(error)));
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const [first] = errors;
  if (first !== undefined) throw errors.find((error) => !(error instanceof Busy)) ?? first;
}
