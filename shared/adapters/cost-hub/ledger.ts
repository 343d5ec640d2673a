import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { lazyLedger } from '../ledger-duckdb/lazy.ts';

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

/** The ledger in the hub's bucket. */
export function hubLedger({ bucket, folder, clock }: HubLedgerOptions): Ledger {
  return lazyLedger(async () => {
    const { createLedger } = await import('../ledger-duckdb/index.ts');
    const { s3Files } = await import('../ledger-duckdb/s3-files.ts');
    const files = s3Files({
      ...{ bucket, clock, mostBytes },
      prefix: `${ledgerPrefix}files/`,
      folder: join(folder, 'copies'),
    });
    return createLedger({ files, workFolder: join(folder, 'work'), memoryMegabytes, threads });
  });
}
