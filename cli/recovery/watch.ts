import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, exitCode } from '../exit.ts';

/** How long a person waits, and how often is looked. */
export interface Patience {
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
}

const firstLookMs = 100;
const lookEveryMs = 1000;

/**
 * Looks until there is an answer: soon at first, and then once a second.
 * @returns undefined when the time is over, or somebody has had enough.
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  { signal, timeoutSeconds }: Patience,
): Promise<T | undefined> {
  const ends = performance.now() + timeoutSeconds * 1000;
  for (let waitMs = firstLookMs; ; waitMs = Math.min(lookEveryMs, waitMs * 2)) {
    const found = await look();
    if (found !== undefined || signal.aborted || performance.now() > ends) return found;
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

/** How long the control plane may take to act on a word: it is queued behind what else there is to do. */
export const soon: Patience = { signal: new AbortController().signal, timeoutSeconds: 15 };

/** Ctrl-C ends the waiting, in order; a second one ends the command. */
export function interruptible(): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const ended = new AbortController();
  const end = (): void => {
    if (ended.signal.aborted) process.exit(exitCode.failed);
    ended.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const each of signals) process.on(each, end);
  return {
    signal: ended.signal,
    [Symbol.dispose]: () => {
      for (const each of signals) process.off(each, end);
    },
  };
}

/** What was waited for did not come; it may come yet. */
export function notYet(what: string, { signal, timeoutSeconds }: Patience, more: string): CliError {
  const why = signal.aborted ? 'no longer waited for' : `not done after ${timeoutSeconds} s`;
  return new CliError(exitCode.failed, `${what}: ${why}; it goes on: see "${more}"`);
}
