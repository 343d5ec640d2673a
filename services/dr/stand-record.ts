import type { Tier } from '../../shared/contracts/values.ts';

/** Where a service stands and how it came there: what others said of it, in any order. */
export interface StandRecord {
  readonly application: string;
  readonly service: string;
  /** By generation, newest last. */
  readonly placements: readonly PlacementFact[];
  readonly targets: Readonly<Record<string, TargetFacts>>;
  /** Splits in force at the router, by sequence, newest last. */
  readonly splits: readonly SplitFact[];
  /** Newest word that it has no place. */
  readonly rejected?: { readonly at: number; readonly message: string };
  /** Generations that failed by this service. */
  readonly failed: readonly { readonly generation: number; readonly at: number; readonly message: string }[];
  /** Lag of its copies by scope, newest last. */
  readonly lags: Readonly<Record<string, readonly { readonly at: number; readonly lagSeconds: number }[]>>;
  /** Its recovery, open or the last one: at most one at a time. */
  readonly recovery?: string;
}

export interface PlacementFact {
  readonly generation: number;
  readonly at: number;
  readonly tier: Tier;
  readonly routed: boolean;
  readonly rtoSeconds: number;
  readonly rpoSeconds: number;
  readonly failback?: 'off' | 'suggest' | 'automatic';
  /** Empty when the service is not part of that generation. */
  readonly targets: readonly PlacedTarget[];
  /** All its targets and the traffic that leaves it, as placement expected it; US dollars, in millionths. */
  readonly monthlyMicros?: number;
  readonly removed: boolean;
}

export interface PlacedTarget {
  readonly target: string;
  readonly replicas: number;
  readonly role?: 'standby';
  /** Without the traffic that leaves it. */
  readonly monthlyMicros?: number;
}

export interface TargetFacts {
  /** First time in each generation (by generation, newest last) that anything of it ran there, and that all of it was ready. */
  readonly runs: readonly GenerationMoment[];
  readonly ready: readonly GenerationMoment[];
}
export type GenerationMoment = readonly [generation: number, at: number];

export interface SplitFact {
  readonly sequence: number;
  readonly at: number;
  /** Those with traffic. */
  readonly targets: readonly string[];
}
