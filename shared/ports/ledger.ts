import type { BillProblem } from '../contracts/bill-refused.ts';

/**
 * The rows of bills, kept for analysis as immutable files, one per version of a bill. Which files count is not the ledger's business:
 * cost's records say it, in the same transaction that says `bill.imported`, and every question names the files it asks. So an import
 * that dies half way leaves a file nobody asks for, and importing the same bill twice gives the same file.
 *
 * Amounts are integer micro-units. The sum of all groups of an answer is the sum of the rows, to the micro-unit: groups are rounded by
 * largest remainder within a currency, never one by one.
 */
export interface Ledger {
  /**
   * Reads a file of bills, checks every row, and writes one ledger file per bill in it (provider, billing account, billing period).
   * Whole or not at all: @throws BillRefused with what is wrong, by row and column.
   */
  ingest(file: IngestFile, rules: IngestRules): Promise<Ingested>;
  /** Sums by so many dimensions, dearest first. A dimension that a row does not have is null. */
  sums(files: readonly LedgerFile[], query: SumQuery): Promise<readonly SumRow[]>;
  /** Whether any row of those days costs something else by this kind than it was billed. */
  differs(files: readonly LedgerFile[], query: DifferenceQuery): Promise<boolean>;
  /** The rows themselves, a day of one thing each, dearest first. */
  lines(files: readonly LedgerFile[], query: LineQuery): Promise<readonly LedgerLine[]>;
  /** Forgets ledger files; those that are not there are none the less forgotten. */
  drop(files: readonly LedgerFile[]): Promise<void>;
  close(): Promise<void>;
}

export interface IngestFile {
  readonly path: string;
  readonly format: 'csv' | 'csv-gzip' | 'parquet' | 'ndjson';
  /** For messages. */
  readonly name: string;
}

export interface IngestRules {
  /** Tag keys that name them, in order of preference; compared without case, `:` `_` `-` and `.` being the same. */
  readonly tags: {
    readonly application: readonly string[];
    readonly service: readonly string[];
    readonly target: readonly string[];
    readonly team: readonly string[];
  };
  /** Now, for rows of the future: charge periods that begin after tomorrow are refused. Milliseconds. */
  readonly now: number;
  /** Goes with long work; a share of 0 to 1, or undefined where it cannot be known. */
  readonly progress?: (share: number | undefined) => void;
}

/** Name of a ledger file, opaque to its readers: `aws/123456789012/2026-10/<digest>`. */
export type LedgerFile = string;

export interface Ingested {
  /** `FOCUS 1.2`, or what else was read. */
  readonly format: string;
  readonly sha256: string;
  readonly rows: number;
  readonly bills: readonly IngestedBill[];
  /** What was odd and was taken none the less: columns nobody knows, repeated rows, … */
  readonly warnings: readonly string[];
}

export interface IngestedBill {
  readonly file: LedgerFile;
  /** aws, azure, gcp, or the provider's name as a slug. */
  readonly provider: string;
  readonly account: string;
  /** YYYY-MM of the billing period's start, UTC. */
  readonly period: string;
  readonly currency: string;
  readonly totalMicros: number;
  readonly rows: number;
  /** First charge day, and the first day after the last. */
  readonly from: string;
  readonly to: string;
}

export const dimensions = [
  'day',
  'month',
  'provider',
  'account',
  'subAccount',
  'region',
  'serviceName',
  'serviceCategory',
  'sku',
  'resource',
  'category',
  'application',
  'service',
  'team',
  'target',
] as const;
export type Dimension = (typeof dimensions)[number];

/** FOCUS's four costs: as invoiced, amortised, at negotiated rates without discounts, at list. */
export type CostKind = 'billed' | 'effective' | 'contracted' | 'list';

export interface SumQuery {
  /** First day and the first that is not meant, `YYYY-MM-DD`. Absent: everything. */
  readonly from?: string;
  readonly to?: string;
  readonly by: readonly Dimension[];
  /** Equal to the value; null: rows that have none. */
  readonly where?: Partial<Readonly<Record<Dimension, string | null>>>;
  /** Default billed. */
  readonly cost?: CostKind;
}

export interface DifferenceQuery extends Pick<SumQuery, 'from' | 'to'> {
  readonly cost: Exclude<CostKind, 'billed'>;
}

export interface SumRow {
  readonly keys: Partial<Readonly<Record<Dimension, string | null>>>;
  readonly currency: string;
  readonly micros: number;
  /** Ledger rows in it. */
  readonly rows: number;
}

export interface LineQuery extends Omit<SumQuery, 'by'> {
  /** Default 100, at most 10,000. */
  readonly limit?: number;
}

export interface LedgerLine {
  readonly day: string;
  readonly provider: string;
  readonly account: string;
  readonly currency: string;
  readonly micros: number;
  readonly category: string;
  readonly description: string;
  readonly region?: string;
  readonly serviceName?: string;
  readonly sku?: string;
  readonly resource?: string;
  readonly application?: string;
  readonly service?: string;
  readonly team?: string;
  readonly target?: string;
  readonly quantity?: number;
  readonly unit?: string;
}

/** Nothing of the file was kept. */
export class BillRefused extends Error {
  override readonly name = 'BillRefused';
  readonly problems: readonly BillProblem[];
  constructor(name: string, problems: readonly BillProblem[]) {
    super(`${name} was not imported: ${problems[0]?.message ?? 'it holds no bill'}`);
    this.problems = problems;
  }
}
