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

/** What one target of a service costs; what leaves it, it pays. */
export interface TargetCost {
  readonly target: string;
  readonly role?: 'standby';
  readonly compute: Cost;
  readonly fixed: Cost;
  readonly egress: Cost;
  readonly total: Cost;
}

/** Absent members: decisions that were made before estimates told them. */
export interface ServiceCost {
  readonly compute: Cost;
  readonly fixed: Cost;
  readonly egress?: Cost;
  readonly total?: Cost;
  readonly targets?: readonly TargetCost[];
  readonly lines: readonly CostLine[];
  /** Where a price has no source: what stands in for it, or that it is left out. */
  readonly assumptions?: readonly string[];
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
  readonly cost: ServiceCost;
  /** Of everything that its cost follows from besides what is commanded: use, links, schedule. */
  readonly profile?: string;
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

/** Where the prices used come from, and how old they are. */
export interface PriceAges {
  /** Of the catalogue that comes with the program. */
  readonly embedded: PriceAge & { readonly undated: number };
  /** Of providers' price lists, as they were read. */
  readonly lists: readonly (PriceAge & { readonly source: string })[];
}

export interface PriceAge {
  /** How many of them are used. */
  readonly prices: number;
  /** Absent where none has a date. */
  readonly oldest?: string;
  readonly ageDays?: number;
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
  /** What was wanted; absent where nothing is kept (a plan), and from older decisions. */
  readonly spec?: DocumentRef;
  readonly catalogueVersion: string;
  readonly weights: Weights;
  /** Oldest price used. */
  readonly pricesAsOf: string;
  readonly prices?: PriceAges;
  readonly assumptions?: readonly string[];
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
