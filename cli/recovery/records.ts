import type { RecoveryMode, RecoveryPhase, RecoveryTrigger } from '../../shared/contracts/recovery-values.ts';

/** What dr's reads answer, as far as it is shown. Times are milliseconds since the epoch. */

interface Subject {
  readonly scope: string;
  readonly application?: string;
  readonly service?: string;
}

export interface Incident extends Subject {
  readonly incident: string;
  readonly status: 'open' | 'resolved';
  readonly trigger?: RecoveryTrigger;
  readonly severity?: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly downSince: number;
  readonly detectedAt: number;
  readonly resolvedAt?: number;
}

export interface Cordon {
  readonly scope: string;
  readonly mode: 'cordon' | RecoveryMode;
  readonly reason: string;
  readonly at: number;
  /** Of the event that said so. */
  readonly id: string;
  readonly recovery?: string;
}

export interface Phase {
  readonly status: 'running' | 'completed' | 'failed' | 'skipped';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly detail: string;
}
export type Phases = Readonly<Partial<Record<RecoveryPhase, Phase>>>;

export interface Result {
  readonly recoveryTimeMs: number;
  readonly overRto: number;
  readonly overRpo: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly clients: {
    readonly requests: number;
    readonly failed: number;
    readonly retried: number;
    readonly worstP99Ms?: number;
  };
}

export interface Recovery extends Subject {
  readonly recovery: string;
  readonly trigger: RecoveryTrigger;
  readonly mode: RecoveryMode;
  readonly state: 'waiting' | 'running' | 'paused' | 'failed' | 'completed' | 'aborted';
  readonly reason: string;
  readonly drill?: string;
  readonly since: number;
  readonly startedAt: number;
  readonly phases: Phases;
  readonly services: number;
  readonly control?: { readonly action: 'pause' | 'resume' | 'abort'; readonly at: number };
  readonly failure?: { readonly reason: string; readonly message: string };
  readonly endedAt?: number;
  readonly result?: Result;
}

export interface ServiceRecovery {
  readonly application: string;
  readonly service: string;
  readonly tier: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly phases: Phases;
  readonly rto: { readonly objectiveMs: number; readonly actualMs?: number };
  readonly rpo: { readonly objectiveMs: number; readonly actualMs?: number };
  readonly outcome: string;
  readonly noCandidate?: string;
}

/** `GET /v1/recoveries/{id}`: with what its services have come to by now, and a page of them. */
export interface RecoveryDetail extends Omit<Recovery, 'services' | 'result'> {
  readonly total: number;
  readonly expected: number;
  readonly result: Result;
  readonly services: readonly ServiceRecovery[];
  readonly next?: string;
}

export const isOver = ({ state }: Pick<Recovery, 'state'>): boolean => state === 'completed' || state === 'aborted';

export function aboutOf({ scope, application, service }: Subject): string {
  return application === undefined || service === undefined ? scope : `${application}/${service} on ${scope}`;
}
