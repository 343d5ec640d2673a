import { note } from './output.ts';

/** How a command waits for a control plane that says "not now". */
export interface Pacing {
  readonly attempts: number;
  /** In all. */
  readonly waitMs: number;
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** A person who watches wants to know why nothing happens. */
  readonly tell: (line: string) => void;
}

export const usual: Pacing = {
  attempts: 5,
  waitMs: 60_000,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: Date.now,
  random: Math.random,
  tell: (line) => {
    if (process.stderr.isTTY) note(line);
  },
};

const initialMs = 500;
const reasons: Readonly<Record<number, string>> = { 429: 'is asked too often', 503: 'cannot take this now' };

/**
 * Sends until the answer is another than "not now" (429, 503; nothing was taken then), or the patience is over: the answer is then the
 * last one. What the far side asks for (Retry-After in seconds or as a date) is a floor, and callers that were refused together do not
 * come back together.
 */
export async function untilTaken<T extends { readonly status: number; readonly retryAfter: string | undefined }>(
  send: () => Promise<T>,
  { attempts, waitMs, wait, now, random, tell }: Pacing = usual,
): Promise<T> {
  const started = now();
  for (let attempt = 1; ; attempt++) {
    const answer = await send();
    const reason = reasons[answer.status];
    if (reason === undefined || attempt >= attempts) return answer;
    const ms = askedMs(answer.retryAfter, now()) + Math.ceil(random() * initialMs * 2 ** (attempt - 1));
    if (now() - started + ms > waitMs) return answer;
    tell(
      `the control plane ${reason} (status ${answer.status}): trying again in ${Math.max(1, Math.round(ms / 1000))} s`,
    );
    await wait(ms);
  }
}

function askedMs(header: string | undefined, now: number): number {
  if (header === undefined || header.trim() === '') return 0;
  const seconds = Number(header);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return asked > 0 ? asked : 0;
}
