import type { DocumentRef } from '../contracts/values.ts';

/** Immutable JSON bodies by content hash: what is too large for an event or a record travels as a reference (claim check). */
export interface DocumentStore {
  /** Idempotent: equal content has one reference. Durable when it resolves. */
  put(value: unknown): Promise<DocumentRef>;
  /** @throws DocumentMissing (retry: the writer may be ahead of us; then dead letter). */
  get<T>(ref: DocumentRef): Promise<T>;
}

export class DocumentMissing extends Error {
  override readonly name = 'DocumentMissing';
  constructor(sha256: string) {
    super(`document ${sha256} is not in the store`);
  }
}
