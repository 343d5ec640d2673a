import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { list, literal, withoutPattern } from './sql.ts';

export interface EngineOptions {
  /** Folder for what does not fit memory, and for files under way; made and removed per use. */
  readonly workFolder: string;
  /** Everything else that may be read or written. */
  readonly folders: readonly string[];
  readonly memoryMegabytes: number;
  readonly threads?: number;
}

export interface Engine {
  readonly db: DuckDBConnection;
  /** Gone when the engine is. */
  readonly folder: string;
}

/**
 * An engine for one piece of work. It takes 10 ms to start and gives its memory back when it ends, which a control plane that reads
 * bills once a day prefers to a warm one. It may touch the named folders only, loads no extension, and its settings are locked: what a
 * bill says cannot change them.
 */
export async function withEngine<T>(options: EngineOptions, use: (engine: Engine) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(options.workFolder, 'work-'));
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryMegabytes}MB`,
      threads: String(options.threads ?? Math.min(availableParallelism(), 4)),
      temp_directory: join(folder, 'spill'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    try {
      const db = await instance.connect();
      await db.run("SET TimeZone = 'UTC'");
      await db.run('SET enable_progress_bar = true');
      await db.run('SET enable_progress_bar_print = false');
      // A path is held against them as it is written, before what is escaped in it is read.
      const allowed = [folder, ...options.folders].flatMap((each) => [literal(each), literal(withoutPattern(each))]);
      await db.run(`SET allowed_directories = ${list(allowed)}`);
      await db.run('SET enable_external_access = false');
      await db.run('SET lock_configuration = true');
      return await use({ db, folder }).finally(() => db.closeSync());
    } finally {
      instance.closeSync();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows as plain values, by column name. */
export async function rowsOf<T>(
  db: DuckDBConnection,
  sql: string,
  values: readonly (string | number | null)[] = [],
): Promise<T[]> {
  const reader = await db.runAndReadAll(sql, [...values]);
  return reader.getRowObjects() as T[];
}

/** The same column by column, in the order they were asked for: for answers of many rows, which come several times as fast. */
export async function columnsOf(
  db: DuckDBConnection,
  sql: string,
  values: readonly (string | number | null)[] = [],
): Promise<readonly (readonly unknown[])[]> {
  const reader = await db.runAndReadAll(sql, [...values]);
  return reader.getColumns();
}
