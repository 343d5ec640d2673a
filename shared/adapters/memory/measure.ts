import { maximumEventBytes, type Envelope } from '../../contracts/envelope.ts';
import { EventTooLarge, type Publication } from '../../ports/event-bus.ts';
import {
  limits,
  RecordTooLarge,
  transactionItems,
  TransactionTooLarge,
  type Transaction,
} from '../../ports/record-store.ts';

/** A publication with its bytes: serialised once, for the size check and for storage. */
export interface Packed {
  readonly event: Envelope;
  readonly json: string;
  /** Milliseconds since the epoch; 0 when it is due at once. */
  readonly dueAt: number;
}

export interface PackedWrite {
  readonly key: string;
  readonly expectedVersion: number;
  /** Undefined deletes. */
  readonly json: string | undefined;
}

export interface PackedTransaction {
  readonly mark: Transaction['mark'];
  readonly writes: readonly PackedWrite[];
  readonly events: readonly Packed[];
}

/** @throws EventTooLarge. */
export function pack(entries: readonly Publication[]): Packed[] {
  return entries.map(({ event, dueAt }) => {
    const json = JSON.stringify(event);
    const bytes = bytesOf(json, maximumEventBytes);
    if (bytes > maximumEventBytes) throw new EventTooLarge(event.type, bytes, maximumEventBytes);
    return { event, json, dueAt: dueAt ?? 0 };
  });
}

/** @throws EventTooLarge, RecordTooLarge, TransactionTooLarge: the hub's limits hold on every adapter. */
export function packTransaction(transaction: Transaction): PackedTransaction {
  const items = transactionItems(transaction);
  if (items > limits.transactionItems) throw new TransactionTooLarge(`${items} items`);
  refuseTwice(transaction.writes);
  const writes = transaction.writes.map(({ key, expectedVersion, value }) => {
    // Null is a value; only undefined deletes.
    const json = value === undefined ? undefined : JSON.stringify(value);
    const bytes = json === undefined ? 0 : bytesOf(json, limits.recordBytes);
    if (bytes > limits.recordBytes) throw new RecordTooLarge(key, bytes);
    return { key, expectedVersion, json };
  });
  const events = pack(transaction.events);
  const total = [...writes, ...events].reduce((sum, { json }) => sum + (json === undefined ? 0 : json.length), 0);
  if (total * 3 > limits.transactionBytes) refuseBytes([...writes, ...events]);
  return { mark: transaction.mark, writes, events };
}

/** Which of two writes to one record should win is anybody's guess; the hub's table refuses it too. */
function refuseTwice(writes: Transaction['writes']): void {
  if (writes.length < 2) return;
  const seen = new Set<string>();
  for (const { key } of writes) {
    if (seen.has(key)) throw new TypeError(`record ${key} is written twice in one transaction`);
    seen.add(key);
  }
}

function refuseBytes(parts: readonly { readonly json: string | undefined }[]): void {
  const bytes = parts.reduce((sum, { json }) => sum + (json === undefined ? 0 : Buffer.byteLength(json)), 0);
  if (bytes > limits.transactionBytes) throw new TransactionTooLarge(`${bytes} bytes`);
}

/** Counting UTF-8 bytes is work: a text whose worst case fits is not counted, its length stands in. */
function bytesOf(json: string, maximum: number): number {
  return json.length * 3 <= maximum ? json.length : Buffer.byteLength(json);
}
