import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';

export interface HubLedgerOptions {
  readonly bucket: string;
  /** On this machine, for copies and for work under way. */
  readonly folder: string;
  readonly clock: Clock;
}

/** In the bucket, beside the documents. */
export const ledgerPrefix = 'ledger/';
/** Of the function's 2,048 MB; the rest is Node's, and what the engine takes beyond what it counts. */
const memoryMegabytes = 1_200;
/** What 2,048 MB give of processors. */
const threads = 2;
/** Half of the function's storage: the other half is for the bill that is read and for what does not fit memory. */
const mostBytes = 2 * 2 ** 30;

/** The ledger in the hub's bucket. The engine is loaded with the first bill or the first question about one: most events have neither. */
export function hubLedger({ bucket, folder, clock }: HubLedgerOptions): Ledger {
  let loaded: Promise<Ledger> | undefined;
  const ledger = (): Promise<Ledger> => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  async function load(): Promise<Ledger> {
    const { createLedger } = await import('../ledger-duckdb/index.ts');
    const { s3Files } = await import('../ledger-duckdb/s3-files.ts');
    const files = s3Files({
      ...{ bucket, clock, mostBytes },
      prefix: `${ledgerPrefix}files/`,
      folder: join(folder, 'copies'),
    });
    return createLedger({ files, workFolder: join(folder, 'work'), memoryMegabytes, threads });
  }
  return {
    ingest: async (file, rules) => (await ledger()).ingest(file, rules),
    sums: async (files, query) => (files.length === 0 ? [] : (await ledger()).sums(files, query)),
    lines: async (files, query) => (files.length === 0 ? [] : (await ledger()).lines(files, query)),
    drop: async (files) => (files.length === 0 ? undefined : (await ledger()).drop(files)),
    close: async () => (await loaded)?.close(),
  };
}
