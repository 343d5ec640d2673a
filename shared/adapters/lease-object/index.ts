import { LeaseConflict, type HeldLease, type Lease, type LeaseStore } from '../../ports/lease-store.ts';
import type { Dialect } from './dialect.ts';
import { ask, unavailable, type Answer, type ObjectAccess } from './requests.ts';

export { azureBlob, gcs, type Dialect } from './dialect.ts';
export { createObjectJournal, type ObjectJournal, type ObjectJournalOptions } from './journal.ts';

export interface ObjectLeaseOptions extends ObjectAccess {
  /** Of the object: `https://storage.googleapis.com/<bucket>/lease`, `https://<account>.blob.core.windows.net/<container>/lease`. */
  readonly url: string;
  readonly dialect: Dialect;
}

/**
 * The witness: the lease as an object in another cloud's strongly consistent store. Neither cloud's storage client is needed for
 * one small object, and a function of the hub has to start fast.
 */
export function createObjectLease(options: ObjectLeaseOptions): LeaseStore {
  const { url, dialect } = options;
  return {
    async read() {
      const answer = await ask(options, { url, method: 'GET', headers: dialect.always });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw unavailable(url, `answers ${answer.status}`);
      return heldOf(answer, dialect, url);
    },
    async swap(expected, next) {
      const headers = { ...dialect.always, 'content-type': 'application/json', ...dialect.onlyIf(expected?.tag) };
      const { status } = await ask(options, { url, method: 'PUT', headers, body: JSON.stringify(next) });
      if (dialect.refused.includes(status)) throw new LeaseConflict(url);
      if (status !== 200 && status !== 201) throw unavailable(url, `answers ${status}`);
    },
  };
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
