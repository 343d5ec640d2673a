import type { Clock } from '../../ports/clock.ts';
import { TokenUnavailable } from './errors.ts';
import type { Token, TokenSource } from './token.ts';

export interface TokenCacheOptions {
  readonly fetch: () => Promise<Token>;
  readonly clock: Clock;
  /** Refreshed this long before it expires, default 5 minutes; at half of its life when that is shorter. */
  readonly earlyMs?: number;
  /** Not sent in its last moments, default 60,000: the far side's clock may be ahead, and the request takes a while. */
  readonly marginMs?: number;
  /** Pause after an early refresh that failed, default 30,000; until then the old token serves. */
  readonly againMs?: number;
}

interface Held {
  readonly value: string;
  readonly until: number;
  refreshAt: number;
}

/**
 * One token for everybody: one fetch at a time, refreshed early, so that a token service that is away for a few minutes is not
 * noticed by those who hold a good token.
 */
export function createTokenCache(options: TokenCacheOptions): TokenSource {
  const { fetch, clock, earlyMs = 300_000, marginMs = 60_000, againMs = 30_000 } = options;
  let held: Held | undefined;
  let pending: Promise<string> | undefined;

  async function refresh(): Promise<string> {
    const asked = clock.now();
    const { value, lifetimeMs } = await fetch();
    if (!(lifetimeMs > 0)) throw new TokenUnavailable(`the token issued is valid for ${lifetimeMs} ms`);
    const early = Math.max(lifetimeMs - earlyMs, lifetimeMs / 2);
    held = { value, refreshAt: asked + early, until: asked + Math.max(lifetimeMs - marginMs, lifetimeMs / 2) };
    return value;
  }

  const refreshOnce = (): Promise<string> =>
    (pending ??= refresh().finally(() => {
      pending = undefined;
    }));

  return {
    async get() {
      if (held !== undefined && clock.now() < held.refreshAt) return held.value;
      try {
        return await refreshOnce();
      } catch (error) {
        const now = clock.now();
        if (held === undefined || now >= held.until) throw error;
        held.refreshAt = now + againMs;
        return held.value;
      }
    },
    forget(token) {
      if (held?.value === token) held = undefined;
    },
  };
}
