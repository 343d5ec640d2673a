import type { Draft } from '../../shared/contracts/contract.ts';
import type { Change, Outcome, Reader } from '../../shared/pipeline/handler.ts';
import { limits } from '../../shared/ports/record-store.ts';

/** Items one transaction may take here, less the mark and the note that calls the rest. */
export const budget = limits.transactionItems - 6;

/** What a handler is about to make true: records by key, so that the last word on one counts, and events in order. */
export class Sheet {
  readonly #writes = new Map<string, unknown>();
  readonly #events: Draft[] = [];
  readonly #page: Sheet | undefined;

  /** @param page that this one is to be added to, if it fits: what is on it already counts as well. */
  constructor(page?: Sheet) {
    this.#page = page;
  }

  get items(): number {
    return this.#writes.size + this.#events.length;
  }

  write(key: string, value: unknown): this {
    this.#writes.set(key, value);
    return this;
  }

  /** The last word on it, which may be that it is deleted; undefined where nothing is said of it. */
  wordOn(key: string): { readonly value: unknown } | undefined {
    return this.#writes.has(key) ? { value: this.#writes.get(key) } : this.#page?.wordOn(key);
  }

  /** The records as they will be: a second decision in the same step sees what the first one is about to write. Lists do not. */
  over(records: Reader): Reader {
    return {
      get: async <T>(key: string): Promise<T | undefined> => {
        const known = await records.get<T>(key);
        const word = this.wordOn(key);
        return word === undefined ? known : (word.value as T | undefined);
      },
      list: records.list.bind(records),
    };
  }

  say(...events: readonly Draft[]): this {
    this.#events.push(...events);
    return this;
  }

  /** @returns false, and adds nothing, when both together would not fit one transaction. */
  add(other: Sheet): boolean {
    const fresh = [...other.#writes.keys()].filter((key) => !this.#writes.has(key)).length;
    if (this.items + fresh + other.#events.length > budget) return false;
    for (const [key, value] of other.#writes) this.#writes.set(key, value);
    this.#events.push(...other.#events);
    return true;
  }

  outcome(): Outcome {
    const writes: Change[] = [...this.#writes].map(([key, value]) => ({ key, value }));
    return { writes, events: this.#events };
  }
}
