import { createHash } from 'node:crypto';
import type { BillFile } from '../../../shared/contracts/bill-received.ts';
import type { Ingested, IngestedBill, LedgerFile } from '../../../shared/ports/ledger.ts';
import { billFilePrefix, billPrefix, billSourcePrefix } from '../keys.ts';

/** One bill: of a provider, to a billing account, for a billing period. The current version is the one that counts. */
export interface BillRecord {
  readonly bill: string;
  readonly provider: string;
  readonly account: string;
  /** YYYY-MM */
  readonly period: string;
  readonly current: BillVersion;
  /** What it replaced, newest first. */
  readonly history: readonly PastVersion[];
}

export interface BillVersion
  extends Pick<Ingested, 'sha256' | 'format'>, Pick<IngestedBill, 'currency' | 'totalMicros' | 'rows' | 'from' | 'to'> {
  readonly ledgerFile: LedgerFile;
  readonly file: BillFile;
  /** Epoch ms. */
  readonly importedAt: number;
}

export interface PastVersion extends BillVersion {
  readonly replacedAt: number;
  /** Its rows are no longer kept. */
  readonly dropped?: true;
}

/** What was read at a location of a source, so that it is read once. */
export interface BillFileRecord {
  readonly file: BillFile;
  /**
   * `older`: every bill in it has been read from a file that was written later. `waiting`: its source's allowance of paid requests ended
   * before it did, and a later sweep goes on.
   */
  readonly state: 'imported' | 'refused' | 'older' | 'waiting';
  readonly at: number;
  readonly sha256?: string;
  readonly bills: readonly string[];
  /** The first thing that was wrong, or what it waits for. */
  readonly problem?: string;
  /** The sweep that found it, and what reading it took of paid requests. */
  readonly sweep?: string;
  readonly requests: number;
  readonly requestMicros: number;
}

/** When a source was last looked through to its end; one that could not be read leaves this as it was, and a dead letter. */
export interface BillSourceRecord {
  readonly source: string;
  readonly sweep: string;
  /** Epoch ms. */
  readonly lookedAt: number;
  /** That were there. */
  readonly files: number;
}

const keptVersions = 12;

/** Past versions as they are kept: so many, and every one whose rows are still to be dropped. */
export const bounded = (history: readonly PastVersion[]): readonly PastVersion[] =>
  history.filter(({ dropped }, place) => place < keptVersions || dropped !== true);

/** Whether this version of the file was read to its end, or refused. */
export const isKnown = (known: BillFileRecord | undefined, { version }: BillFile): boolean =>
  known?.file.version === version && known.state !== 'waiting';

/**
 * Whether the file was read, or refused, as it is now. One that was written anew is read anew although it is the same to the last byte:
 * who sends a bill once more means it to count, over what came in meanwhile.
 */
export function isRead(known: BillFileRecord | undefined, file: BillFile): boolean {
  const { writtenAt = 0 } = file;
  return isKnown(known, file) && writtenAt <= (known?.file.writtenAt ?? writtenAt);
}

export const billKey = (bill: string): string => `${billPrefix}${bill}`;

export const billSourceKey = (source: string): string => `${billSourcePrefix}${source}`;

/** Locations may be long and hold anything. */
export function billFileKey({ source, location }: Pick<BillFile, 'source' | 'location'>): string {
  return `${billFilePrefix}${source}/${createHash('sha256').update(location).digest('hex').slice(0, 32)}`;
}
