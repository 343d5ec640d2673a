import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { list, literal, withoutPattern } from './sql.ts';

export interface EngineOptions {
  /** Folder for what does not fit memory, and for files under way; made and removed per use. */
  readonly workFolder: string;
  /** Everything else that may be read or written. */
  readonly folders: readonly string[];
  readonly memoryMegabytes: number;
  readonly threads: number;
}

export interface Engine {
  readonly db: DuckDBConnection;
  /** Gone when the engine is. */
  readonly folder: string;
}

export interface OpenEngine extends Engine {
  /** Another connection, for work beside that of the first. */
  connect(): Promise<DuckDBConnection>;
  /** Gives the memory back, and removes the folder. */
  close(): Promise<void>;
}

/**
 * It may touch the named folders only, loads no extension, and its settings are locked: what a bill says cannot change them. Starting
 * and closing it take some 40 ms.
 */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const folder = await mkdtemp(join(options.workFolder, 'work-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryMegabytes}MB`,
      threads: String(options.threads),
      temp_directory: join(folder, 'spill'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const db = await instance.connect();
    const close = (): Promise<void> => {
      db.closeSync();
      instance.closeSync();
      return remove();
    };
    await setUp(db, [folder, ...options.folders]).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { db, folder, connect: () => instance.connect(), close };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function setUp(db: DuckDBConnection, folders: readonly string[]): Promise<void> {
  await db.run("SET GLOBAL TimeZone = 'UTC'");
  // Of this connection alone.
  await db.run('SET enable_progress_bar = true');
  await db.run('SET enable_progress_bar_print = false');
  // A path is held against them as it is written, before what is escaped in it is read.
  const allowed = folders.flatMap((each) => [literal(each), literal(withoutPattern(each))]);
  await db.run(`SET allowed_directories = ${list(allowed)}`);
  await db.run('SET enable_external_access = false');
  await db.run('SET lock_configuration = true');
}

/** An engine for one piece of work. */
export async function withEngine<T>(options: EngineOptions, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openEngine(options);
  try {
    return await use(engine);
  } finally {
    await engine.close();
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
