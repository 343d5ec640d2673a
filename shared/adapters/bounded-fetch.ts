import { CloudUnreachable } from '../ports/cloud-target.ts';

export interface Bounds {
  /** Who is asked, as a message names it: without a query, which may hold a secret. */
  readonly who: string;
  readonly timeoutMs: number;
  /** Largest answer. */
  readonly mostBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * One request whose answer, of whatever status, is read to its end. No redirect is followed: what is read comes from who was asked, and
 * a token goes nowhere else.
 * @throws CloudUnreachable when there is no answer in time, or one larger than is read
 */
export async function boundedFetch(url: URL, init: RequestInit, bounds: Bounds): Promise<Answer> {
  const { who, timeoutMs } = bounds;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...init, redirect: 'error', signal });
    return { status: response.status, headers: response.headers, text: await textOf(response, bounds) };
  } catch (error) {
    if (error instanceof CloudUnreachable) throw error;
    throw new CloudUnreachable(`${who} did not answer: ${reasonOf(error)}`, { cause: error });
  }
}

/** What fetch throws says only that it failed; why is its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

async function textOf({ body }: Response, { who, mostBytes }: Bounds): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > mostBytes) throw new CloudUnreachable(`the answer of ${who} is larger than ${mostBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
