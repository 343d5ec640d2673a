import { CloudUnreachable, Throttled, Unauthorized } from '../../ports/cloud-target.ts';

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
  const { status, text, retryAfter } = await send(url, options);
  const where = `${url.origin}${url.pathname}`;
  if (status === 401 || status === 403) throw new Unauthorized(`${where} answered ${status}: ${text.slice(0, 200)}`);
  if (status === 429) throw new Throttled(`${where} answered 429`, retryAfter);
  if (status !== 200) throw new CloudUnreachable(`${where} answered ${status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CloudUnreachable(`${where} did not answer with JSON, or with half of it: ${text.slice(0, 80)}`, {
      cause: error,
    });
  }
}

async function send(url: URL, { headers, timeoutMs = 30_000, mostBytes = 16 * 2 ** 20 }: FetchJson) {
  try {
    const response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const retryAfter = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : 60_000;
    return { status: response.status, text: await bounded(response, mostBytes), retryAfter };
  } catch (error) {
    if (error instanceof CloudUnreachable) throw error;
    throw new CloudUnreachable(`${url.origin}${url.pathname} did not answer: ${reasonOf(error)}`, { cause: error });
  }
}

/** What fetch throws says only that it failed; why is its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

async function bounded(response: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > most) throw new CloudUnreachable(`${response.url} answers with more than ${most} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
