import { mkdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import type { Ingested, IngestFile, IngestRules, Ledger, LedgerFile, LineQuery, SumQuery } from '../../ports/ledger.ts';
import { withEngine, type EngineOptions } from './engine.ts';
import { ingestWith } from './ingest.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { readingEngine } from './reading-engine.ts';
import { differsOf, linesOf, sumsOf } from './sums.ts';
import { digestOf } from './unpack.ts';
import { importDigest } from './write-bills.ts';

export interface DuckdbLedgerOptions {
  readonly files: LedgerFiles;
  /** For work under way and what does not fit memory; on the same file system as the ledger's folder, files are moved, not copied. */
  readonly workFolder: string;
  /** Of each engine, beyond which it works on disk. Default 192: there is at most one for each import and one for all questions. */
  readonly memoryMegabytes?: number;
  /** Imports beside each other; default 3: while one does what only a single processor can do, the others have the rest. */
  readonly importsAtOnce?: number;
  /** Of all imports together, and of the engine that answers questions; default one for each processor. */
  readonly threads?: number;
}

/** More of them are of no use to one engine. */
const mostThreads = 4;

/** The rows of bills in Parquet files, read and written by DuckDB in this process. */
export function createLedger(options: DuckdbLedgerOptions): Ledger {
  const { files, workFolder } = options;
  const { memoryMegabytes = 192, importsAtOnce = 3, threads = availableParallelism() } = options;
  const engineFor = (share: number): Omit<EngineOptions, 'folders'> => {
    return { workFolder, memoryMegabytes, threads: Math.min(share, mostThreads) };
  };
  const importing = pLimit(importsAtOnce);
  // Imports beside each other keep the processors busy by themselves: threads of one import beyond that only hand rows to each other.
  const share = (): number => Math.ceil(threads / (importing.activeCount + importing.pendingCount));
  const under = new Set<Promise<unknown>>();
  const reading = readingEngine(async () => {
    await mkdir(workFolder, { recursive: true, mode: 0o700 });
    return { ...engineFor(threads), folders: files.folders };
  });
  const asking = <T>(names: readonly LedgerFile[], ask: Ask<T>): Promise<readonly T[]> =>
    names.length === 0 ? Promise.resolve([]) : ask(names);
  return {
    ingest: (file, rules) => {
      const ingesting = importing(() => ingestOnce(file, rules, { files, engine: engineFor(share()) }));
      under.add(ingesting);
      return ingesting.finally(() => under.delete(ingesting));
    },
    sums: (names, query) => asking(names, (some) => read(some, (db, paths) => sumsOf(db, paths, query as SumQuery))),
    differs: async (names, query) =>
      names.length > 0 && (await read(names, (db, paths) => differsOf(db, paths, query))),
    lines: (names, query) => asking(names, (some) => read(some, (db, paths) => linesOf(db, paths, query as LineQuery))),
    drop: async (names) => {
      for (const name of names) await files.delete(name);
    },
    close: async () => {
      await Promise.allSettled(under);
      await reading.close();
    },
  };

  async function read<T>(
    names: readonly LedgerFile[],
    ask: (db: Parameters<typeof sumsOf>[0], paths: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const paths = await Promise.all(names.map((name) => files.local(name)));
    return reading.ask((db) => ask(db, paths));
  }
}

type Ask<T> = (names: readonly LedgerFile[]) => Promise<T[]>;

interface Ingesting {
  readonly files: LedgerFiles;
  readonly engine: Omit<EngineOptions, 'folders'>;
}

/** Up to here a digest takes no time that anybody notices. */
const smallBytes = 8 * 2 ** 20;

/**
 * What has been read once, and still stands, is not read again: an import whose commit was lost repeats at no cost. Of a large file the
 * digest is made beside the reading, which is worth more than the rare repetition: that gives the same files again.
 */
async function ingestOnce(file: IngestFile, rules: IngestRules, { files, engine }: Ingesting): Promise<Ingested> {
  await mkdir(engine.workFolder, { recursive: true, mode: 0o700 });
  const digest = digestOf(file);
  // Told where it is awaited; a bill that is refused before never is.
  digest.catch(() => undefined);
  const note = async (): Promise<string> => `imports/${importDigest(await digest, rules)}.json`;
  const { size } = await stat(file.path);
  const before = size > smallBytes ? undefined : await readBefore(await note(), files);
  if (before !== undefined) return before;
  const ingested = await withEngine({ ...engine, folders: [file.path, dirname(file.path)] }, (started) =>
    ingestWith(started, files, { file, rules, digest }),
  );
  await files.writeNote(await note(), JSON.stringify(ingested));
  return ingested;
}

async function readBefore(note: string, files: LedgerFiles): Promise<Ingested | undefined> {
  const text = await files.readNote(note);
  if (text === undefined) return undefined;
  const ingested = JSON.parse(text) as Ingested;
  const standing = await Promise.allSettled(ingested.bills.map(({ file }) => files.local(file)));
  return standing.every(({ status }) => status === 'fulfilled') ? ingested : undefined;
}

export { folderFiles, type LedgerFiles } from './ledger-files.ts';
