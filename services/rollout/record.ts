import type { DataOf } from '../../shared/contracts/contract.ts';
import type { deploymentRemove } from '../../shared/contracts/deployment-remove.ts';
import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import type { Route } from '../../shared/contracts/traffic-shift.ts';

/** One generation of one application over all its pages. */
export interface RolloutRecord {
  readonly application: string;
  readonly generation: number;
  readonly cause: DecisionCause;
  readonly status: 'progressing' | 'completed' | 'failed';
  readonly pages: number;
  readonly pagesSeen: readonly number[];
  readonly pagesDone: readonly number[];
  /** Services listed on the pages seen so far, and those removed by them. */
  readonly services: number;
  readonly removed: number;
  readonly failure?: Failure;
  /** What it took over from: `superseded` when that one was still under way. */
  readonly previous?: { readonly generation: number; readonly status: 'superseded' | 'completed' | 'failed' };
  readonly startedAt: number;
  readonly finishedAt?: number;
}

export interface Failure {
  readonly service: string;
  readonly target: string;
  readonly reason: string;
  readonly message: string;
  /** A newer generation that stands there unbeknown. */
  readonly standing?: number;
}

/** What one page still waits for. Deleted when nothing remains. */
export interface PageRecord {
  readonly application: string;
  readonly generation: number;
  readonly page: number;
  readonly remaining: readonly string[];
}

export type FactKind = 'ready' | 'degraded' | 'failed' | 'drifted' | 'removed';

/** What the monitor said last of a target; ordered by (generation, at, id), whatever order the facts arrive in. */
export interface Fact {
  readonly kind: FactKind;
  readonly generation: number;
  readonly reason: DeploymentState['reason'];
  readonly message: string;
  readonly ready: number;
  readonly desired: number;
  readonly endpoint?: string;
  readonly standing?: number;
  /** When it was said, milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
}

export interface Place {
  readonly endpoint: string;
  readonly generation: number;
  readonly at: number;
  readonly id: string;
}

export interface TargetState {
  /** Part of the current generation; otherwise it stands from before and is to go. */
  readonly wanted: boolean;
  readonly replicas: number;
  /** What it is for once its generation has taken over; until then `waiting` counts. */
  readonly role?: 'standby';
  readonly fact?: Fact;
  /** Where it was last said to serve: still counts when a later fact, of failure, names no endpoint. */
  readonly place?: Place;
  /** A fact of a generation whose placement has not arrived yet. */
  readonly early?: Fact;
  /** Never part of a placement that we took up: it is removed as an orphan. */
  readonly orphan?: true;
  /** Commanded, and owed until the monitor says removed. */
  readonly removal?: { readonly generation: number; readonly reason: RemovalReason };
}

export type RemovalReason = DataOf<typeof deploymentRemove>['reason'];

export interface Shift {
  readonly sequence: number;
  readonly routes: readonly Route[];
}

export interface ServiceRecord {
  readonly application: string;
  readonly service: string;
  /** 0 while only facts have arrived. */
  readonly generation: number;
  readonly page: number;
  readonly cause: DecisionCause;
  readonly routed: boolean;
  /** The service is no longer part of the application. */
  readonly removed: boolean;
  readonly steps: readonly number[];
  readonly stepSeconds: number;
  readonly targets: Readonly<Record<string, TargetState>>;
  /** The targets that traffic is for now: changes only when a generation takes over. */
  readonly pool: readonly string[];
  /** Those of the pool that stand by: no traffic while anything that serves is well. Absent: none. */
  readonly waiting?: readonly string[];
  /** The current generation has taken over. */
  readonly cut: boolean;
  readonly canary?: { readonly step: number; readonly timed?: number; readonly held?: true };
  readonly sequence: number;
  readonly commanded?: Shift;
  readonly confirmed?: Shift;
  /** Its page has been told that it is done. */
  readonly settled: boolean;
  /** Scopes that are out of use for this service alone; absent from older records. */
  readonly exclusions?: Words;
}

/** Scopes that must not be used, newest word each. One small record: there are as many scopes as regions. */
export interface ExclusionsRecord {
  readonly scopes: Words;
}

export type Words = Readonly<Record<string, Word>>;

export interface Word {
  /** Traffic leaves the scope. */
  readonly excluded: boolean;
  readonly at: number;
  readonly id: string;
}

export const rolloutPrefix = 'rollout/';
export const rolloutKey = (application: string): string => `${rolloutPrefix}${application}`;
export const pageKey = (application: string, page: number): string => `${rolloutPrefix}${application}/page/${page}`;
export const servicesPrefix = (application: string): string => `${rolloutPrefix}${application}/service/`;
export const serviceKey = (application: string, service: string): string => `${servicesPrefix(application)}${service}`;
export const isServiceKey = (key: string): boolean => key.split('/')[2] === 'service';
/** Outside `rollout/`, so that walking over the rollouts does not meet it. */
export const exclusionsKey = 'rollout-exclusions';
