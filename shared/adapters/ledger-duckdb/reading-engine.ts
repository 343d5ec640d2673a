import type { DuckDBConnection } from '@duckdb/node-api';
import { onDemand } from '../on-demand.ts';
import { openEngine, type EngineOptions } from './engine.ts';

export interface ReadingEngine {
  /** Questions may be asked beside each other: they share the engine's memory, and each has a connection of its own. */
  ask<T>(question: (db: DuckDBConnection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A report asks one question after another; who reads bills once a day gets the memory back for the rest of it. Milliseconds. */
const keptMs = 1_000;

/** One engine for questions that come together, opened by the first and closed when none has come for a while. */
export function readingEngine(options: () => Promise<EngineOptions>): ReadingEngine {
  const engine = onDemand(() => options().then(openEngine));
  const asking = new Set<Promise<unknown>>();
  let idle: NodeJS.Timeout | undefined;

  const rest = async (): Promise<void> => (await engine.taken())?.close();

  async function answer<T>(question: (db: DuckDBConnection) => Promise<T>): Promise<T> {
    clearTimeout(idle);
    const db = await (await engine()).connect();
    return question(db).finally(() => db.closeSync());
  }

  return {
    async ask(question) {
      const answering = answer(question);
      asking.add(answering);
      try {
        return await answering;
      } finally {
        asking.delete(answering);
        // What it leaves behind if it cannot be removed is an empty folder; the next question opens another.
        if (asking.size === 0) idle = setTimeout(() => void rest().catch(() => undefined), keptMs).unref();
      }
    },
    async close() {
      await Promise.allSettled(asking);
      clearTimeout(idle);
      await rest();
    },
  };
}
