import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { boundedFetch } from '../bounded-fetch.ts';

export interface FetchJson {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds, default 30,000. */
  readonly timeoutMs?: number;
  /** Largest answer in bytes, default 16 MiB. */
  readonly mostBytes?: number;
}

/**
 * A document of an open price list. Bounded in time and size, no redirects followed: a price comes from where it was asked for.
 * @throws Unauthorized, Throttled, CloudUnreachable (anything else, a truncated document too)
 */
export async function fetchJson(url: URL, options: FetchJson = {}): Promise<unknown> {
  const { headers, timeoutMs = 30_000, mostBytes = 16 * 2 ** 20 } = options;
  const where = `${url.origin}${url.pathname}`;
  const init = { headers: { accept: 'application/json', ...headers } };
  const { status, text, headers: told } = await boundedFetch(url, init, { who: where, timeoutMs, mostBytes });
  if (status === 401 || status === 403) throw new Unauthorized(`${where} answered ${status}: ${text.slice(0, 200)}`);
  if (status === 429) throw new Throttled(`${where} answered 429`, pauseOf(told));
  if (status !== 200) throw new CloudUnreachable(`${where} answered ${status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CloudUnreachable(`${where} did not answer with JSON, or with half of it: ${text.slice(0, 80)}`, {
      cause: error,
    });
  }
}

/** Milliseconds; as they ask, up to an hour. */
function pauseOf(headers: Headers): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : 60_000;
}
