import type { DatabaseSync } from 'node:sqlite';

/** Consumers' names as small integers: rows that are written for every event should not repeat a long name. */
export class Names {
  readonly #db: DatabaseSync;
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.reload();
  }

  /** After a transaction was rolled back: what it had added is no longer there. */
  reload(): void {
    this.#ids.clear();
    this.#names.clear();
    for (const { id, name } of this.#db.prepare('SELECT id, name FROM consumers').all())
      this.#learn(Number(id), String(name));
  }

  /** Adds unknown names: only inside a transaction. */
  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#db.prepare('INSERT INTO consumers (name) VALUES (?)').run(name);
    this.#learn(Number(lastInsertRowid), name);
    return Number(lastInsertRowid);
  }

  nameOf(id: number): string {
    return this.#names.get(id) ?? `unknown consumer ${id}`;
  }

  #learn(id: number, name: string): void {
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}
