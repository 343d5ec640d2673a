import type { Lease } from '../domain/lease/index.ts';

export type { Lease };

/** One register of the hub's lease. Linearizable: a swap is refused once anybody has seen a later one succeed. */
export interface LeaseStore {
  /** @throws LeaseStoreUnavailable */
  read(): Promise<HeldLease | undefined>;
  /**
   * Writes `next` if what stands there is what `expected` was read from; `undefined` when nothing may stand there.
   * @throws LeaseConflict when something else does; LeaseStoreUnavailable when it is not known whether it was written.
   */
  swap(expected: HeldLease | undefined, next: Lease): Promise<void>;
}

export interface HeldLease {
  readonly lease: Lease;
  /** The store's own version of it: an ETag, a generation. */
  readonly tag: string;
}

/** Somebody else wrote first: read again and decide again. */
export class LeaseConflict extends Error {
  override readonly name = 'LeaseConflict';
  constructor(register: string) {
    super(`lease register ${register} holds something else than was read: another hub wrote first`);
  }
}

/** No answer, or one that says nothing about the lease. What was written may have been written. */
export class LeaseStoreUnavailable extends Error {
  override readonly name = 'LeaseStoreUnavailable';
}

/**
 * This hub is not (or no longer) the active one: nothing was committed. The event is left where it is, for when the hub is active
 * (again), and is never a dead letter: nothing is wrong with it.
 */
export class NotTheActiveHub extends Error {
  override readonly name = 'NotTheActiveHub';
  /** Whoever has events to handle is to give them back, without counting the attempt. */
  readonly giveBack = true;
  readonly retryAfterMs = 15_000;
  constructor(hub: string, epoch: number | undefined) {
    super(
      epoch === undefined
        ? `hub ${hub} stands by: it may not commit`
        : `hub ${hub} may not commit in epoch ${epoch}: its lease is over, or another hub has taken over`,
    );
  }
}
