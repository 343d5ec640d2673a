import type { Publication } from './event-bus.ts';

/**
 * Records by key, and the one transaction everything rests on: records, the processed mark and outgoing events commit together.
 * Limits are the hub's (DynamoDB) and hold on every adapter.
 */
export interface RecordStore {
  get<T>(key: string): Promise<Stored<T> | undefined>;
  /** Records whose key starts with `prefix`, in key order; `after` continues behind that key; `limit` defaults to 100. */
  list<T>(prefix: string, page?: { readonly after?: string; readonly limit?: number }): Promise<Page<T>>;
  /**
   * All or nothing.
   * @throws VersionConflict when a record is not at its expected version (reload and decide again);
   * AlreadyProcessed when the mark exists (acknowledge and stop); RecordTooLarge, TransactionTooLarge (terminal: a defect);
   * EventTooLarge (terminal).
   */
  commit(transaction: Transaction): Promise<void>;
}

export interface Stored<T> {
  readonly key: string;
  /** 1 on creation, +1 on each change. */
  readonly version: number;
  readonly value: T;
}

export interface Page<T> {
  readonly items: readonly Stored<T>[];
  /** Key to continue after; absent on the last page. */
  readonly next?: string;
}

export interface Transaction {
  /** Marks the event as handled by the consumer: a second commit with the same mark is refused. */
  readonly mark?: { readonly consumer: string; readonly source: string; readonly id: string };
  readonly writes: readonly Write[];
  readonly events: readonly Publication[];
}

export interface Write {
  readonly key: string;
  /** 0 when the record must not exist yet. */
  readonly expectedVersion: number;
  /** `undefined` deletes. */
  readonly value: unknown;
}

export const limits = { recordBytes: 400 * 1024, transactionItems: 100, transactionBytes: 4 * 1024 * 1024 } as const;

export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
  readonly key: string;
  constructor(key: string, expected: number, found: number) {
    super(
      `record ${key} is at version ${found}, not ${expected}: somebody else changed it; load it again and decide again`,
    );
    this.key = key;
  }
}

export class AlreadyProcessed extends Error {
  override readonly name = 'AlreadyProcessed';
  constructor(consumer: string, source: string, id: string) {
    super(`${consumer} has handled event ${id} of ${source} before`);
  }
}

export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';
  readonly terminal = true;
  constructor(key: string, bytes: number) {
    super(
      `record ${key} would be ${bytes} bytes; at most ${limits.recordBytes} fit: split it, or store a document and refer to it`,
    );
  }
}

export class TransactionTooLarge extends Error {
  override readonly name = 'TransactionTooLarge';
  readonly terminal = true;
  constructor(what: string) {
    super(
      `transaction has ${what}; at most ${limits.transactionItems} items and ${limits.transactionBytes} bytes fit: work in pages`,
    );
  }
}

/** Items as the hub counts them: every write, every event (an outbox item) and the mark. */
export function transactionItems(transaction: Transaction): number {
  return transaction.writes.length + transaction.events.length + (transaction.mark === undefined ? 0 : 1);
}
