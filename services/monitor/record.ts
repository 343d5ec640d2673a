import type { DeploymentPhase, Report } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { HealthStatus } from '../../shared/contracts/health-changed.ts';
import type { ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { deploymentId, type ConditionStatus, type DeploymentIdentity } from '../../shared/contracts/values.ts';

/** A report with its place in time; reports of one deployment are ordered by (at, id), whatever order they arrive in. */
export interface Seen {
  /** When the deployer looked, milliseconds since the epoch. */
  readonly at: number;
  /** Event id: decides between two looks in one millisecond. */
  readonly id: string;
  readonly generation: number;
  readonly phase: DeploymentPhase;
  readonly reason: Report['reason'];
  readonly message: string;
  readonly replicas: Report['replicas'];
  readonly endpoint?: string;
  readonly specHash?: string;
  readonly drift?: readonly string[];
  /** Of a stale answer: the newer generation found. */
  readonly standing?: number;
}

/** What was seen of one generation: enough to say the same whatever order the sightings came in. */
export interface Track {
  /** The newest look that the cloud answered. */
  readonly answer?: Seen;
  /** The newest look that it did not answer. Says nothing of what runs there. */
  readonly silence?: Seen;
  /** The newest answer to a command that a newer generation stands there. */
  readonly stale?: Seen;
  readonly firstReadyAt?: number;
  /** The newest look that found it going or gone. */
  readonly goneAt?: number;
}

/** What placement wants of this deployment. `wanted: false`: it is to go, and rollout says when. */
export interface Expectation {
  readonly generation: number;
  readonly wanted: boolean;
  readonly routed: boolean;
  readonly specHash: string;
  readonly replicas: number;
  /** When it was decided. */
  readonly since: number;
  readonly deadlineMs: number;
}

export type DeploymentStatus =
  | 'pending'
  | 'progressing'
  | 'ready'
  | 'degraded'
  | 'drifted'
  | 'missing'
  | 'failed'
  | 'retiring'
  | 'removing'
  | 'removed';

export type ConditionType = 'Accepted' | 'Provisioned' | 'Available' | 'Healthy' | 'InSync';

export interface Condition {
  readonly type: ConditionType;
  readonly status: ConditionStatus;
  readonly reason: string;
  readonly message: string;
}

export type Word = 'ready' | 'degraded' | 'failed' | 'drifted' | 'removed';

/** The last thing that was said, so that only a change is said again. */
export interface Said {
  readonly word: Word;
  readonly state: DeploymentState;
  readonly at: number;
  /** Event id of the report it rests on. */
  readonly answer?: string;
}

export interface DeploymentRecord extends DeploymentIdentity {
  /** Absent while only reports have arrived and the placement has not. */
  readonly expected?: Expectation;
  /** Sightings of the expected generation. */
  readonly track: Track;
  /** Sightings of whatever generation: what counts once it is to go, because whatever stands there is to go. */
  readonly whole: Track;
  /** Sightings of a generation newer than the expected one: kept until it is expected. */
  readonly early?: { readonly generation: number; readonly track: Track };
  readonly status: DeploymentStatus;
  readonly reason: DeploymentState['reason'];
  readonly message: string;
  readonly conditions: readonly Condition[];
  /** Until when it has to be as expected; absent while it is. */
  readonly deadline?: number;
  readonly said?: Said;
  /** Looks since the status last changed. */
  readonly attempts: number;
  /** When the look that is under way is due; absent when none was asked for. */
  readonly observeAt?: number;
  readonly lastSeen?: number;
}

/** The newest placement of a service: what an older page that comes late is held against. */
export interface ServiceExpectation {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  readonly since: number;
  /** Absent when the service was removed. */
  readonly placement?: ServicePlacement;
}

export type Verdict =
  /** The API did not answer. */
  | 'silent'
  /** The API answers; what was ready there fails. */
  | 'unwell'
  /** The API answers, and nothing is said of health. */
  | 'answered'
  | 'well';

export interface HealthSign {
  readonly at: number;
  readonly id: string;
  readonly deployment: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

export interface HealthRecord {
  /** `cloud/region` */
  readonly scope: string;
  readonly status: HealthStatus;
  /** Status before the first sign in the window. */
  readonly base: HealthStatus;
  /** The newest signs, oldest first. */
  readonly window: readonly HealthSign[];
  readonly since: number;
  /** What had been heard before the first sign in the window and still counts; absent when nothing had. */
  readonly before?: Heard;
  /** What reports alone say; absent where nothing else has been heard: then it is the status. */
  readonly reported?: HealthStatus;
  /** Verdicts of requests by deployment id, kept only while any deployment fails. */
  readonly errors?: Readonly<Record<string, ErrorEntry>>;
  /** Since when so many requests fail that the region is unwell; absent while they do not. */
  readonly ailing?: number;
  /** Since when they do not, while that is not believed yet. */
  readonly servingSince?: number;
  /** Times at which requests began to fail lately. */
  readonly ailed?: readonly number[];
}

/** What counts of the signs so far: each list has its first sign and its last ones. */
export interface Heard {
  /** Since the last success. */
  readonly silent: readonly HealthSign[];
  readonly unwell: readonly HealthSign[];
  readonly good: readonly HealthSign[];
  /** Since when all is well. */
  readonly goodSince?: number;
  /** Times at which the region ceased to be healthy, as far back as they count. */
  readonly turns: readonly number[];
}

/** `fails only here`: the same service serves well elsewhere. `fails everywhere`: no region's doing. */
export type ErrorVerdict = 'serves' | 'fails' | 'fails only here' | 'fails everywhere';

export interface ErrorEntry {
  readonly verdict: ErrorVerdict;
  readonly reason: string;
  /** When it was said last, and since when it has been the same, milliseconds since the epoch. */
  readonly at: number;
  readonly since: number;
}

/** When a region was last asked what stands in it. */
export interface SurveyRecord {
  readonly at: number;
}

export const deploymentPrefix = 'deployment/';
export const healthPrefix = 'health/';
export const expectationPrefix = 'expectation/';

export const deploymentKey = (of: DeploymentIdentity): string => `${deploymentPrefix}${deploymentId(of)}`;
export const servicePrefix = (application: string, service: string): string =>
  `${deploymentPrefix}${application}/${service}/`;
export const expectationKey = (application: string, service: string): string =>
  `${expectationPrefix}${application}/${service}`;
export const healthKey = (scope: string): string => `${healthPrefix}${scope}`;
export const surveyKey = (scope: string): string => `survey/${scope}`;
export const sweepKey = 'sweep';

/** The sweep under way, or the last one. */
export interface SweepRecord {
  /** When its last step was done; a sweep that stands still for too long is lost. */
  readonly at: number;
  readonly done: boolean;
}
