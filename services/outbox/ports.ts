import type { Logger } from '../../shared/ports/logger.ts';
import type { Publication, PublishResult } from '../../shared/ports/event-bus.ts';

/** Primary key of an item of the table. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** An outgoing event, and the item to delete once somebody else has it durably. */
export interface Pending {
  readonly key: ItemKey;
  readonly publication: Publication;
  /** Milliseconds since the epoch; absent on items of releases that did not write it. */
  readonly committedAt?: number;
}

export interface OutboxPorts {
  /** To the bus, or to where delayed events wait; one result per entry, in order. */
  send(entries: readonly Publication[]): Promise<readonly (PublishResult | Error)[]>;
  /** Idempotent. */
  remove(keys: readonly ItemKey[]): Promise<void>;
  readonly logger: Logger;
}
