interface Endpoint {
  readonly Address: string | undefined;
  readonly CachePeriodInMinutes: number;
}

interface Kept {
  readonly Address: string | undefined;
  /** Milliseconds since the epoch. */
  readonly Expires: number;
}

/**
 * In the place of the SDK's cache of discovered endpoints, which every client of DynamoDB makes, and nobody asks who has not switched
 * discovery on: the original brings two libraries of data structures for it, 8 KB. It forgets like the original, the least used first.
 */
export class EndpointCache {
  readonly #capacity: number;
  readonly #kept = new Map<string, readonly Kept[]>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** One of those that are there, by chance: that spreads calls over them. */
  getEndpoint(key: string): string | undefined {
    const all = this.get(key) ?? [];
    return all[Math.floor(Math.random() * all.length)]?.Address;
  }

  get(key: string): readonly Kept[] | undefined {
    const now = Date.now();
    const good = (this.#kept.get(key) ?? []).filter(({ Expires }) => now < Expires);
    if (good.length === 0) {
      this.#kept.delete(key);
      return undefined;
    }
    this.#keep(key, this.#kept.get(key) ?? []);
    return good;
  }

  set(key: string, endpoints: readonly Endpoint[]): void {
    const now = Date.now();
    const kept = endpoints.map(({ Address, CachePeriodInMinutes: minutes }) => ({
      Address,
      Expires: now + minutes * 60_000,
    }));
    this.#keep(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#capacity && oldest !== undefined) this.#kept.delete(oldest);
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  has(key: string): boolean {
    return (this.#kept.get(key) ?? []).length > 0;
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Last in the order of use. */
  #keep(key: string, endpoints: readonly Kept[]): void {
    this.#kept.delete(key);
    this.#kept.set(key, endpoints);
  }
}
