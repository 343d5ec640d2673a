import type { DrillFinding } from '../../shared/contracts/drill-completed.ts';
import type { PlannedMove } from '../../shared/contracts/placement-planned.ts';
import type { RecoveryMode } from '../../shared/contracts/recovery-values.ts';

/** `planning`: placement is asked what it would do. Of a real one, then: `recovering`, and `returning` what was moved. */
export type DrillState = 'planning' | 'recovering' | 'returning' | 'completed';

/** Times are milliseconds since the epoch. */
export interface DrillRecord {
  readonly drill: string;
  readonly scope: string;
  readonly kind: 'shadow' | 'real';
  readonly mode: RecoveryMode;
  readonly reason: string;
  readonly state: DrillState;
  readonly requestedAt: number;
  /** Its next look is the one that names this. */
  readonly check: number;
  /** Applications that stand in the scope, by what is known: each should send its plan. */
  readonly applications: readonly string[];
  /** Of a real one that was begun. */
  readonly recovery?: string;
  readonly startedAt?: number;
  readonly returningAt?: number;
  readonly endedAt?: number;
  readonly result?: DrillResult;
}

export interface DrillResult {
  readonly verdict: 'pass' | 'fail';
  readonly services: number;
  readonly overRto: number;
  readonly overRpo: number;
  readonly lost: number;
  readonly recoveryTimeMs?: number;
  readonly findings: readonly DrillFinding[];
  /** By the plan; the worst first, at most 300. */
  readonly estimates: readonly Estimate[];
}

/** What would become of a service, by the plan and by how long such things took before. */
export interface Estimate {
  readonly application: string;
  readonly service: string;
  readonly outcome: PlannedMove['outcome'];
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly rto: { readonly objectiveMs: number; readonly estimatedMs?: number };
  readonly rpo: { readonly objectiveMs: number; readonly estimatedMs?: number };
  /** How the time is made up, for a person. */
  readonly detail: string;
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
