import type { DecisionCause, ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import type { Weights } from '../../shared/contracts/application-spec.ts';
import type { DocumentRef } from '../../shared/contracts/values.ts';
import type { Workload } from '../../shared/contracts/workload.ts';
import type { PlacedTarget } from './record.ts';

/**
 * The decision record: what was chosen and why, with the inputs it rests on. Kept as documents: a summary, and pages of services
 * that a transaction can carry out one by one.
 */

export type FactorScores = readonly [cost: number, performance: number, compliance: number, reliability: number];

/** A candidate that passed every filter. */
export interface Eligible {
  readonly target: string;
  /** 0 to 100 per factor, higher is better. */
  readonly scores: FactorScores;
  /** Weighted, 0 to 100. */
  readonly total: number;
  /** Expected monthly cost of the service if it ran here alone, micro-dollars. */
  readonly monthlyMicros: number;
}

export interface RejectedCandidates {
  readonly filter: string;
  readonly reason: string;
  readonly targets: readonly string[];
}

export interface Cost {
  /** Micro-dollars a month. */
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

export interface CostLine {
  readonly target: string;
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  readonly micros: number;
  /** Date of the price. */
  readonly asOf: string;
  readonly source: string;
}

export interface ServiceDecision extends ServicePlacement {
  readonly workload: Workload;
  readonly placed: readonly PlacedTarget[];
  /** Differs from what the last completed generation runs, so it is commanded. */
  readonly changed: boolean;
  readonly movedAt: number;
  /** Why it stands where it stands: `chosen`, `kept` (a better place exists, but not by enough or too soon). */
  readonly note: string;
  readonly eligible: readonly Eligible[];
  readonly rejected: readonly RejectedCandidates[];
  readonly cost: { readonly compute: Cost; readonly fixed: Cost; readonly lines: readonly CostLine[] };
}

export interface LinkCost {
  readonly from: string;
  readonly to: string;
  readonly gbPerMonth: number;
  readonly micros: number;
  /** Estimated, milliseconds: the mean over all pairs of places. */
  readonly roundTripMs: number;
  /** What that round trip took off the application's objective, in score points. */
  readonly latencyPoints: number;
}

export interface Totals {
  readonly compute: Cost;
  readonly fixed: Cost;
  readonly egress: Cost;
  readonly total: Cost;
}

export interface DecisionSummary {
  readonly application: string;
  readonly generation: number;
  readonly cause: DecisionCause;
  readonly catalogueVersion: string;
  readonly weights: Weights;
  /** Oldest price used. */
  readonly pricesAsOf: string;
  readonly services: number;
  readonly changed: number;
  readonly removed: readonly string[];
  readonly totals: Totals;
  readonly links: readonly LinkCost[];
  /** What the solver certifies: the true optimum is at most this share better. */
  readonly gap: number;
  /** Free grants the estimate does not subtract: they belong to the account, not to a service. */
  readonly freeGrants: readonly string[];
  /** Pages in the order they are carried out; the first `commandPages` hold every change. */
  readonly pages: readonly DocumentRef[];
  readonly commandPages: number;
}

export interface DecisionPage {
  readonly services: readonly ServiceDecision[];
  readonly removed: readonly string[];
}

/** Nothing fits: for every service that has no place, why. */
export interface Infeasible {
  readonly service: string;
  readonly message: string;
  readonly eligible: readonly Eligible[];
  readonly rejected: readonly RejectedCandidates[];
}
