import type { DrillView } from '../../shared/contracts/drill-values.ts';
import type { PlannedMove } from '../../shared/contracts/placement-planned.ts';

export type {
  DrillAborted,
  DrillEstimate as Estimate,
  DrillResult,
  DrillState,
} from '../../shared/contracts/drill-values.ts';

/** Times are milliseconds since the epoch. */
export interface DrillRecord extends DrillView {
  /** Its next look is the one that names this. */
  readonly check: number;
  /** Applications that stand in the scope, by what is known: each should send its plan. */
  readonly applications: readonly string[];
}

export interface DrillPlanPage {
  readonly application: string;
  readonly page: number;
  readonly pages: number;
  readonly services: readonly PlannedMove[];
}

export interface DrillingMark {
  readonly drill: string;
  readonly scope: string;
  readonly check: number;
  readonly dueAt: number;
}
