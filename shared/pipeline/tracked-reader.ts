import type { RecordStore, Write } from '../ports/record-store.ts';
import type { Change, Reader } from './handler.ts';

/** A handler wrote a record it never read: its version is unknown, so the write could not be guarded. A defect, not a fault. */
export class UnreadWrite extends Error {
  override readonly name = 'UnreadWrite';
  readonly terminal = true;
  constructor(key: string) {
    super(`record ${key} is written without having been read`);
  }
}

/** A reader that remembers which version of which record the decision was based on. */
export function trackReads(store: RecordStore): {
  readonly reader: Reader;
  guard(changes: readonly Change[]): Write[];
} {
  const seen = new Map<string, number>();
  return {
    reader: {
      async get<T>(key: string): Promise<T | undefined> {
        const found = await store.get<T>(key);
        seen.set(key, found?.version ?? 0);
        return found?.value;
      },
      async list<T>(prefix: string, page?: { readonly after?: string; readonly limit?: number }) {
        const found = await store.list<T>(prefix, page);
        for (const item of found.items) seen.set(item.key, item.version);
        return found;
      },
    },
    guard: (changes) =>
      changes.map(({ key, value }) => {
        const expectedVersion = seen.get(key);
        if (expectedVersion === undefined) throw new UnreadWrite(key);
        return { key, expectedVersion, value };
      }),
  };
}
