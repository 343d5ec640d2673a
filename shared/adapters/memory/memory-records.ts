import { VersionConflict, type Page, type Stored } from '../../ports/record-store.ts';
import type { PackedWrite } from './measure.ts';

/** Records as JSON text, so that nobody holds a reference into the store. */
export class MemoryRecords {
  readonly #rows = new Map<string, { readonly version: number; readonly json: string }>();

  get<T>(key: string): Stored<T> | undefined {
    const row = this.#rows.get(key);
    return row === undefined ? undefined : { key, version: row.version, value: JSON.parse(row.json) as T };
  }

  list<T>(prefix: string, { after = '', limit = 100 }: { after?: string; limit?: number } = {}): Page<T> {
    const keys = [...this.#rows.keys()]
      .filter((key) => key.startsWith(prefix) && byCodePoint(key, after) > 0)
      .sort(byCodePoint);
    const items = keys.slice(0, limit).flatMap((key) => this.get<T>(key) ?? []);
    const last = items[items.length - 1];
    return keys.length > limit && last !== undefined ? { items, next: last.key } : { items };
  }

  /** @throws VersionConflict, before anything is changed. */
  check(writes: readonly PackedWrite[]): void {
    for (const { key, expectedVersion } of writes) {
      const found = this.#rows.get(key)?.version ?? 0;
      if (found !== expectedVersion) throw new VersionConflict(key, expectedVersion, found);
    }
  }

  apply(writes: readonly PackedWrite[]): void {
    for (const { key, expectedVersion, json } of writes) {
      if (json === undefined) this.#rows.delete(key);
      else this.#rows.set(key, { version: expectedVersion + 1, json });
    }
  }
}

/** The order of SQLite and DynamoDB keys: by UTF-8 bytes, which is by code point and not by UTF-16 unit. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
