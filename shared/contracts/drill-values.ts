import type { DrillFinding } from './drill-completed.ts';
import type { PlannedMove } from './placement-planned.ts';
import type { RecoveryMode } from './recovery-values.ts';

/** What `GET /v1/drills` and `GET /v1/drills/{drill}` answer. Times are milliseconds since the epoch. */

/** `planning`: placement is asked what it would do. Of a real one, then: `recovering`, and `returning` what was moved. */
export type DrillState = 'planning' | 'recovering' | 'returning' | 'completed';

export interface DrillView {
  readonly drill: string;
  readonly scope: string;
  readonly kind: 'shadow' | 'real';
  readonly mode: RecoveryMode;
  readonly reason: string;
  readonly state: DrillState;
  readonly requestedAt: number;
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
  /** By the plan; the worst first, at most 300. In the answer about one drill only. */
  readonly estimates: readonly DrillEstimate[];
  /** It was ended before it had shown anything: the figures are what had been seen until then, and judge no service. */
  readonly aborted?: DrillAborted;
}

export interface DrillAborted {
  readonly at: number;
  /** `drill`: it ended itself. Else the source of the word that ended it, for example `/homeostasis/cli`. */
  readonly by: string;
  readonly reason: string;
  /** What had been seen until then, for a person. */
  readonly seen: string;
}

/** What would become of a service, by the plan and by how long such things took before. */
export interface DrillEstimate {
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
