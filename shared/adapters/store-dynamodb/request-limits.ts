import { limits } from '../../ports/record-store.ts';

/** A mark and an outbox item. */
const itemsPerEvent = 2;

/** Events that the hub accepts at once: all of a request are one transaction. */
export const mostEvents = Math.floor(limits.transactionItems / itemsPerEvent);

/** The same where there is a standby hub: the check of the lease is an item too. Whoever sends to any hub keeps to this. */
export const mostEventsUnderLease = Math.floor((limits.transactionItems - 1) / itemsPerEvent);
