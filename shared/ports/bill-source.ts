import type { BillFile } from '../contracts/bill-received.ts';

/**
 * A place that bills come from: a folder or bucket with FOCUS exports, or a cost API whose answers are written down as one.
 *
 * Errors are those of CloudTarget: Throttled, Unauthorized, anything else is retried. `SpentPages` says that the day's allowance of
 * paid requests is used up: what has been fetched stays cached, the rest waits for another day.
 */
export interface BillSource {
  readonly name: string;
  /** Everything that is there now; the caller knows what it has read already. Never pays for a request. */
  list(now: Date): Promise<readonly BillFile[]>;
  /** Brings one file to this machine. @throws FileGone when it is not there any more. */
  fetch(file: BillFile, toFolder: string): Promise<FetchedBill>;
  /** The file has been read, or refused, for good. Only a place that holds files for us has any use for it. */
  forget?(file: BillFile): Promise<void>;
}

export interface FetchedBill {
  /** A file, or a folder with the parts of one, and nothing else. */
  readonly path: string;
  /** Read from the content, not the name. */
  readonly format: 'csv' | 'csv-gzip' | 'parquet' | 'ndjson';
  /** Paid requests it took, and what they cost in micro-dollars: zero where requests are free or the cache had it. */
  readonly requests: number;
  readonly requestMicros: number;
}

export class FileGone extends Error {
  override readonly name = 'FileGone';
}

interface Spent {
  /** What was paid for until then. */
  readonly paid: Pick<FetchedBill, 'requests' | 'requestMicros'>;
  /** The file is another on another day: its end is never reached, and somebody has to raise the allowance. */
  readonly beginsAnew: boolean;
}

export class SpentPages extends Error implements Spent {
  override readonly name = 'SpentPages';
  readonly paid: Spent['paid'];
  readonly beginsAnew: boolean;
  constructor(message: string, { paid, beginsAnew }: Spent) {
    super(message);
    this.paid = { ...paid };
    this.beginsAnew = beginsAnew;
  }
}
