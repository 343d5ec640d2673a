import type { LostScope, PlacementFact } from './record.ts';
import type { servedFrom } from './served.ts';

/** What the facts on a stand say of one recovery of the service. */
export interface Story {
  readonly lost: readonly LostScope[];
  readonly since: number;
  readonly excludedAt: number;
  readonly routed: boolean;
  /** As it stood when it was lost. */
  readonly before: PlacementFact | undefined;
  /** Every placement since that keeps out of what is lost. */
  readonly moved: readonly PlacementFact[];
  readonly elsewhere: readonly string[];
  /** Where the moves brought it that it did not stand before; where that is nowhere, all of them. */
  readonly added: readonly string[];
  readonly placedAt: number | undefined;
  readonly runsAt: number | undefined;
  readonly readyAt: number | undefined;
  readonly shiftedAt: number | undefined;
  readonly wholeAt: number | undefined;
  readonly served: ReturnType<typeof servedFrom>;
  readonly noCandidate: string | undefined;
}
