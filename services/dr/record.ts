import type { Alert } from '../../shared/contracts/alert-received.ts';
import type { HealthStatus } from '../../shared/contracts/health-changed.ts';
import type { RecoveryMode, RecoveryPhase, RecoveryTrigger } from '../../shared/contracts/recovery-values.ts';
import type { Tier } from '../../shared/contracts/values.ts';

/** What dr owns. Times are milliseconds since the epoch, taken from events, never from when somebody noticed. */

/** What is known of one scope, in a form that does not depend on the order in which news of it arrives. */
export interface WatchRecord {
  readonly scope: string;
  /** Newest word that it was well. */
  readonly wellAt?: number;
  /** First word since then that it was down. */
  readonly downSince?: number;
  /** Newest word that it was down. */
  readonly downAt?: number;
  /** First sign of the trouble, by the evidence: before `downSince`, which came after hysteresis. */
  readonly signAt?: number;
  /** … and the one that the newest word that it was down told of. */
  readonly newestSignAt?: number;
  readonly status: HealthStatus;
  readonly evidence: readonly string[];
  /** Set while it is held to be down. */
  readonly incident?: string;
  /** When it last said what stands in it. */
  readonly answeredAt?: number;
}

/** A scope, or one service's part in it: what an incident is about and what a recovery moves away. */
export interface Subject {
  readonly scope: string;
  readonly application?: string;
  readonly service?: string;
}

export interface IncidentRecord extends Subject {
  readonly incident: string;
  readonly status: 'open' | 'resolved';
  /** Absent in records of before there were others: health. */
  readonly trigger?: RecoveryTrigger;
  readonly severity?: Alert['severity'];
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly downSince: number;
  readonly detectedAt: number;
  readonly resolvedAt?: number;
}

/** Newest word of an alert. Also of one that maps to nothing: it is kept and shown. */
export interface AlertRecord extends Omit<Alert, 'startsAt' | 'endsAt'> {
  readonly startsAt: number;
  readonly endsAt?: number;
  /** When the thing said became so, by the sender's clock but never later than it was said: a newer one replaces it. */
  readonly at: number;
  /** First heard of in this form. */
  readonly receivedAt: number;
  /** For a person: why it moves something, or nothing. */
  readonly bearing: string;
  /** What it keeps out of use while it fires, and the incident that it opened or keeps open. */
  readonly holds?: Subject;
  readonly incident?: string;
}

/** The newest word of an operator on a scope; kept when it is lifted, so that a late one does not undo it. */
export interface CordonRecord {
  readonly scope: string;
  readonly mode: 'cordon' | RecoveryMode;
  readonly reason: string;
  readonly at: number;
  readonly id: string;
  readonly lifted: boolean;
  /** The recovery that the same operator's word asked for. */
  readonly recovery?: string;
}

/**
 * What dr itself keeps out of use. One per subject, so that it has one recovery at a time. It stays held after the recovery, until what
 * was wrong is well again.
 */
export interface GroundRecord extends Subject {
  /** In force: excluded by dr, in this mode, since then. */
  readonly held?: { readonly mode: RecoveryMode; readonly at: number; readonly recovery: string };
  /** Open, or waiting to start. */
  readonly recovery?: string;
  /** When its last recovery ended: the minimum delay counts from here. */
  readonly endedAt?: number;
  /** What alerts say of it, while one of them fires. */
  readonly incident?: string;
  /** Newest word that one of them is resolved. */
  readonly alertsWellAt?: number;
  /** Of a cloud: its loss is concluded from that of its regions. Its recovery is named like the incident. */
  readonly concluded?: true;
  /** Of a region: the cloud with which it was taken for lost. `held` names the cloud's recovery; it has none of its own. */
  readonly within?: string;
  /** Of a region that has a recovery of its own: that of its cloud which counts it among what is lost, and waits for word of it. */
  readonly listed?: string;
}

export interface PhaseRecord {
  readonly status: 'running' | 'completed' | 'failed' | 'skipped';
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly detail: string;
}
export type Phases = Readonly<Partial<Record<RecoveryPhase, PhaseRecord>>>;

/** `waiting`: for the hold-down or the minimum delay. `failed`: something has no place left; it stays open, and may yet complete. */
export type RecoveryState = 'waiting' | 'running' | 'paused' | 'failed' | 'completed' | 'aborted';

export interface RecoveryRecord extends Subject {
  readonly recovery: string;
  readonly trigger: RecoveryTrigger;
  readonly mode: RecoveryMode;
  readonly state: RecoveryState;
  readonly reason: string;
  readonly incident?: string;
  readonly drill?: string;
  /** First sign of the trouble: everything is measured from it. */
  readonly since: number;
  readonly detectedAt: number;
  /** Decided, and said: the scope is out of use from here. Of a waiting one: when it is due. */
  readonly startedAt: number;
  /** Of the whole: detect, decide and exclude at once; the others when it is over, from first start to last end of its services. */
  readonly phases: Phases;
  /** How many services stood there, by what was known at the start; all that took part, when it is over. */
  readonly services: number;
  /** Every service that stood there has been looked at. */
  readonly walked: boolean;
  readonly control?: RecoveryControl;
  readonly failure?: {
    readonly reason: 'NoCandidate' | 'Aborted' | 'RolloutFailed';
    readonly message: string;
    readonly at: number;
  };
  /** The scope may be used again. */
  readonly readmittedAt?: number;
  /** Of a whole cloud: the regions that are known to be down. They may be used again one by one. */
  readonly lost?: readonly LostScope[];
  /** Last fact that it needed (or the abort). */
  readonly endedAt?: number;
  /** Set when it is over. */
  readonly result?: RecoveryResult;
}

/** The newest word of somebody who steers it. */
export interface RecoveryControl {
  readonly action: 'pause' | 'resume' | 'abort';
  readonly at: number;
  readonly reason: string;
  /** Source of the word; `drill`: a drill ended its own. Absent in records of before it was noted. */
  readonly by?: string;
}

export interface RecoveryResult {
  /** From `since` until the last service had its traffic on something healthy. */
  readonly recoveryTimeMs: number;
  readonly overRto: number;
  readonly overRpo: number;
  readonly outcomes: Readonly<Partial<Record<ServiceOutcome, number>>>;
  readonly clients: ClientTotals;
}

/**
 * `open`: not done. `recovered`: it serves elsewhere, with its redundancy. `returned`: the scope came back first. `taken-over`: by a
 * newer recovery. `withdrawn`: nobody wants it there any more. `failed`: it did not run before the loss, and does not run now. `aborted`: an operator ended it.
 */
export type ServiceOutcome = 'open' | 'recovered' | 'returned' | 'taken-over' | 'withdrawn' | 'failed' | 'aborted';

export interface LostScope {
  readonly scope: string;
  /** It may be used again from then on. */
  readonly until?: number;
}

/** One service in one recovery. Everything but `said` and `ended` follows from the facts on its stand, in any order. */
export interface ServiceRecoveryRecord {
  readonly recovery: string;
  readonly application: string;
  readonly service: string;
  readonly tier: Tier;
  readonly routed: boolean;
  /** What is out of use for it: the recovery's scope, and those of recoveries that it took the service over from. */
  readonly lost: readonly LostScope[];
  /** Of the recovery; earlier when it was taken over before it served again. */
  readonly since: number;
  readonly excludedAt: number;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly phases: Phases;
  /** How often it was placed since. */
  readonly placements: number;
  /** The recovery by which it goes back, when it was away already: that one knows where it is at home. */
  readonly home?: string;
  readonly rto: { readonly objectiveMs: number; readonly actualMs?: number };
  /** The lag of the copy it went on with, as measured last before `since`; absent when nobody reports one. */
  readonly rpo: { readonly objectiveMs: number; readonly actualMs?: number; readonly measuredAt?: number };
  /** From when on all its traffic (a worker: its work) was outside of what is lost. */
  readonly servedAt?: number;
  readonly outcome: ServiceOutcome;
  readonly endedAt?: number;
  /** Why it has no place just now. */
  readonly noCandidate?: string;
  /** How often a generation of it failed on the way. */
  readonly failures: number;
  /** An end that does not follow from the facts. */
  readonly ended?: { readonly outcome: 'taken-over' | 'aborted'; readonly at: number; readonly by?: string };
  /** Steps that were said. */
  readonly said: Readonly<Partial<Record<RecoveryPhase, PhaseRecord['status']>>>;
  readonly clients: ClientsRecord;
}

/** What clients saw between the first sign and the end, as the router measured it. */
export interface ClientTotals {
  readonly requests: number;
  readonly failed: number;
  readonly retried: number;
  readonly worstP99Ms?: number;
}
export interface ClientsRecord extends ClientTotals {
  /** Windows that are in the sums, by their start, newest last: one that comes twice counts once. */
  readonly windows: readonly number[];
}

export type * from './stand-record.ts';
