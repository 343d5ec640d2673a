import { createHash } from 'node:crypto';
import type { BillFile } from '../../../shared/contracts/bill-received.ts';
import { billFilePrefix, billPrefix } from '../keys.ts';

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

export interface BillVersion {
  /** Name in the ledger. */
  readonly ledgerFile: string;
  readonly file: BillFile;
  readonly sha256: string;
  readonly format: string;
  readonly currency: string;
  readonly totalMicros: number;
  readonly rows: number;
  /** First day, and the first that is not in it. */
  readonly from: string;
  readonly to: string;
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
  /** `older`: every bill in it has been read from a file that was written later. */
  readonly state: 'imported' | 'refused' | 'older';
  readonly at: number;
  readonly sha256?: string;
  readonly bills: readonly string[];
  /** The first thing that was wrong. */
  readonly problem?: string;
  /** The sweep that found it, and what reading it took of paid requests. */
  readonly sweep?: string;
  readonly requests: number;
  readonly requestMicros: number;
}

export const keptVersions = 12;

export const billKey = (bill: string): string => `${billPrefix}${bill}`;

/** Locations may be long and hold anything. */
export function billFileKey({ source, location }: Pick<BillFile, 'source' | 'location'>): string {
  return `${billFilePrefix}${source}/${createHash('sha256').update(location).digest('hex').slice(0, 32)}`;
}
