import type { RetryPolicy } from '../../ports/event-bus.ts';

/** What becomes of a delivery that failed. */
export type Verdict = { readonly kind: 'retry'; readonly afterMs: number } | { readonly kind: 'dead' };

/**
 * Exponential backoff with full jitter: a crowd that failed together does not come back together.
 * `attempt` is the one that failed, 1 for the first. An error's `retryAfterMs` is a floor that the far side asked for.
 */
export function verdict(error: unknown, attempt: number, { policy, random }: Backoff): Verdict {
  const { terminal, retryAfterMs } = (typeof error === 'object' && error !== null ? error : {}) as Hints;
  if (terminal === true || attempt >= policy.maximumAttempts) return { kind: 'dead' };
  const ceiling = Math.min(policy.maximumMs, policy.initialMs * 2 ** (attempt - 1));
  const jittered = Math.ceil(random() * ceiling);
  const asked = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs) ? retryAfterMs : 0;
  return { kind: 'retry', afterMs: asked > 0 ? asked + Math.ceil(random() * policy.initialMs) : jittered };
}

export interface Backoff {
  readonly policy: RetryPolicy;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

interface Hints {
  readonly terminal?: unknown;
  readonly retryAfterMs?: unknown;
}

/** Name and message of anything that can be thrown; long messages are cut, a dead letter is no place for a dump. */
export function describeError(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof Error) return { name: error.name, message: error.message.slice(0, 4000) };
  return { name: 'Error', message: `a handler threw ${JSON.stringify(error) ?? String(error)}`.slice(0, 4000) };
}
