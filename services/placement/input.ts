import type { Weights } from '../../shared/contracts/application-spec.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import type { Catalogue } from '../../shared/catalogue/types.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { Infeasible, ServiceDecision } from './decision.ts';
import type { LinkLatency } from './link-latency.ts';
import type { Exclusion, Loads, PlacementRecord } from './record.ts';
import type { PlacementSettings } from './settings.ts';

export interface DecideInput {
  readonly application: NormalizedApplication;
  readonly cause: DecisionCause;
  readonly catalogue: Pick<Catalogue, 'offerings' | 'version'>;
  readonly settings: PlacementSettings;
  readonly exclusions: readonly Exclusion[];
  /** Per service: targets that failed it and may not be tried before that time. */
  readonly avoid: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What is commanded now, by service. */
  readonly current: ReadonlyMap<string, PlacementRecord>;
  /** Generations above this were never completed: their services are commanded again. */
  readonly lastGoodGeneration: number;
  /** Return exactly to these targets where they are still possible, by slot: see `slots.ts`. */
  readonly returnTo?: ReadonlyMap<string, readonly string[]>;
  /** Per service: targets it should go back to, one or all, as far as its constraints let it. */
  readonly prefer?: ReadonlyMap<string, readonly string[]>;
  /** vCPU (thousandths) that other applications use, by quota key. */
  readonly usedByOthers: Loads;
  readonly now: number;
}

export type Decided =
  | {
      readonly kind: 'placed';
      readonly weights: Weights;
      readonly latency: LinkLatency;
      readonly services: readonly ServiceDecision[];
      readonly removed: readonly string[];
      readonly loads: Loads;
      readonly gap: number;
      /** Services that stand without the redundancy their recovery asks for, because ground for it is lost. */
      readonly exposed: readonly string[];
      /** Services that found no place and stay, lost as they may be, while the others move. */
      readonly stranded: readonly Infeasible[];
    }
  | { readonly kind: 'infeasible'; readonly infeasible: readonly Infeasible[] };
