import type { CostKind, Dimension, SumRow } from '../../shared/ports/ledger.ts';

/**
 * What was spent, as budgets, anomalies, recommendations and reports ask for it: the ledger's sums over the bills that count, with cost
 * that nobody's tag claims split by the configured rule. Rows add up to the bills, to the micro-unit, whatever the rule.
 */
export interface SpendQuery {
  /** First day and the first that is not meant, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  readonly by: readonly Dimension[];
  readonly where?: Partial<Readonly<Record<Dimension, string | null>>>;
  /** Default billed. */
  readonly cost?: CostKind;
  /** Default true. False: what nobody's tag claims stays in rows of its own, with nulls. */
  readonly split?: boolean;
}

export interface SpendRow extends SumRow {
  /** Part of `micros` that came by splitting. */
  readonly sharedMicros: number;
}

export type ReadSpend = (query: SpendQuery) => Promise<readonly SpendRow[]>;
