import {
  LeaseConflict,
  LeaseStoreUnavailable,
  type HeldLease,
  type Lease,
  type LeaseStore,
} from '../../ports/lease-store.ts';
import type { Dialect } from './dialect.ts';

export { azureBlob, gcs, type Dialect } from './dialect.ts';

export interface ObjectLeaseOptions {
  /** Of the object: `https://storage.googleapis.com/<bucket>/lease`, `https://<account>.blob.core.windows.net/<container>/lease`. */
  readonly url: string;
  readonly dialect: Dialect;
  /** A bearer token for the cloud's storage; from the identity that the function has there (adapters/federation), never a key. */
  token(): Promise<string>;
  /** How long a hub waits for the other cloud. Default 2 s: a tick must not take as long as a lease. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/**
 * The witness: the lease as an object in another cloud's strongly consistent store. Neither cloud's storage client is needed for
 * one small object, and a function of the hub has to start fast.
 */
export function createObjectLease(options: ObjectLeaseOptions): LeaseStore {
  const { url, dialect } = options;
  return {
    async read() {
      const answer = await ask(options, { method: 'GET' });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw unavailable(url, `answers ${answer.status}`);
      return heldOf(answer, dialect, url);
    },
    async swap(expected, next) {
      const headers = { 'content-type': 'application/json', ...dialect.onlyIf(expected?.tag) };
      const { status } = await ask(options, { method: 'PUT', headers, body: JSON.stringify(next) });
      if (dialect.refused.includes(status)) throw new LeaseConflict(url);
      if (status !== 200 && status !== 201) throw unavailable(url, `answers ${status}`);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(
  { url, dialect, token, timeoutMs = 2_000, fetch: send = fetch }: ObjectLeaseOptions,
  request: { readonly method: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
): Promise<Answer> {
  try {
    const headers = { ...dialect.always, ...request.headers, authorization: `Bearer ${await token()}` };
    const signal = AbortSignal.timeout(timeoutMs);
    // Nothing on the way may answer for the store.
    const answer = await send(url, { ...request, headers, signal, cache: 'no-store', redirect: 'error' });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (cause) {
    throw unavailable(url, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function heldOf({ headers, text }: Answer, dialect: Dialect, url: string): HeldLease {
  const tag = headers.get(dialect.versionHeader);
  if (tag === null) throw unavailable(url, `does not tell the version in ${dialect.versionHeader}`);
  const lease = parse(text);
  if (lease === undefined) throw unavailable(url, 'holds no lease: something else wrote there');
  return { lease, tag };
}

function parse(text: string): Lease | undefined {
  try {
    const read = JSON.parse(text) as Partial<Record<keyof Lease, unknown>>;
    const { holder, released } = read;
    const numbers = [read.epoch, read.tenure, read.from, read.beat, read.until];
    if (typeof holder !== 'string' || !numbers.every((each) => Number.isFinite(each))) return undefined;
    const [epoch, tenure, from, beat, until] = numbers as [number, number, number, number, number];
    return { holder, epoch, tenure, from, beat, until, ...(released === true ? { released } : {}) };
  } catch {
    return undefined;
  }
}

const unavailable = (url: string, what: string, cause?: unknown): LeaseStoreUnavailable =>
  new LeaseStoreUnavailable(`lease at ${url}: ${what}`, { cause });
