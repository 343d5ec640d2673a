export interface CachedRecord {
  /** 0 when there is no such record. */
  readonly version: number;
  readonly json: string;
}

/**
 * Recently used records as JSON text. Only this process writes the file, so what is here is what is there; a rolled back
 * transaction empties it.
 */
export class RecordCache {
  readonly #rows = new Map<string, CachedRecord>();
  readonly #capacity: number;
  #size = 0;

  /** @param capacity in characters, keys included. */
  constructor(capacity = 16 * 1024 * 1024) {
    this.#capacity = capacity;
  }

  get(key: string): CachedRecord | undefined {
    return this.#rows.get(key);
  }

  set(key: string, row: CachedRecord): void {
    this.#drop(key);
    this.#rows.set(key, row);
    this.#size += key.length + row.json.length;
    // A map keeps the order of insertion: the first key is the one written longest ago.
    while (this.#size > this.#capacity) this.#drop(this.#rows.keys().next().value ?? key);
  }

  clear(): void {
    this.#rows.clear();
    this.#size = 0;
  }

  #drop(key: string): void {
    const old = this.#rows.get(key);
    if (old === undefined) return;
    this.#rows.delete(key);
    this.#size -= key.length + old.json.length;
  }
}
