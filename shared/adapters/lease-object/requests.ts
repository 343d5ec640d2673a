import { LeaseStoreUnavailable } from '../../ports/lease-store.ts';

/** How the other cloud's storage is asked, the same for the lease and for the journal. */
export interface ObjectAccess {
  /** A bearer token for the cloud's storage; from the identity that the function has there (adapters/federation), never a key. */
  token(): Promise<string>;
  /** How long a hub waits for the other cloud. Default 2 s: a tick must not take as long as a lease. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Asked {
  readonly url: string;
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** @throws LeaseStoreUnavailable when there is no answer, whatever it would have said. */
export async function ask(
  { token, timeoutMs = 2_000, fetch: send = fetch }: ObjectAccess,
  { url, ...request }: Asked,
): Promise<Answer> {
  try {
    const headers = { ...request.headers, authorization: `Bearer ${await token()}` };
    const signal = AbortSignal.timeout(timeoutMs);
    // Nothing on the way may answer for the store.
    const answer = await send(url, { ...request, headers, signal, cache: 'no-store', redirect: 'error' });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (cause) {
    throw unavailable(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

export const unavailable = (url: string, what: string, cause?: unknown): LeaseStoreUnavailable =>
  new LeaseStoreUnavailable(`lease at ${url}: ${what}`, { cause });
