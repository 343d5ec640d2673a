export interface Patience {
  readonly attempts: number;
  /** In all. */
  readonly waitMs: number;
}

/** Well within what the relay waits for the deployer that reports like this: what is not sent by then, the relay's queue keeps. */
const defaults: Patience = { attempts: 4, waitMs: 8_000 };
const initialMs = 500;

/** Statuses that mean "not now": too many requests, a hub that stands by or cannot make anything durable. */
const notNow: readonly number[] = [429, 503];

/**
 * How long to wait before a request is sent again; undefined when it is not. What the receiver asks for (Retry-After in seconds or as a
 * date) is a floor, and a crowd that was refused together does not come back together.
 */
export function pauseMs(
  { status, retryAfter }: { readonly status: number; readonly retryAfter: string | null },
  { attempt, waited }: { readonly attempt: number; readonly waited: number },
  options: Partial<Patience> & { readonly now: number; readonly random: () => number },
): number | undefined {
  const { attempts = defaults.attempts, waitMs = defaults.waitMs, now, random } = options;
  if (!notNow.includes(status) || attempt >= attempts) return undefined;
  const jitter = Math.ceil(random() * initialMs * 2 ** (attempt - 1));
  const ms = askedMs(retryAfter, now) + jitter;
  return waited + ms > waitMs ? undefined : ms;
}

function askedMs(header: string | null, now: number): number {
  if (header === null || header.trim() === '') return 0;
  const seconds = Number(header);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return asked > 0 ? asked : 0;
}
