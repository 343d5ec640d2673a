import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import type { RecoveryTargets } from '../../shared/contracts/recovery-values.ts';
import type { DocumentRef } from '../../shared/contracts/values.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import type { Workload } from '../../shared/contracts/workload.ts';

/** What placement owns: the application's desired state and where its services go. */

export const applicationKey = (application: string): string => `application/${application}`;
export const applicationPrefix = 'application/';
export const placementPrefix = (application: string): string => `placement/${application}/`;
export const placementKey = (application: string, service: string): string => `placement/${application}/${service}`;
/** Of an application that never was placed: there is no record yet that could hold it. */
export const rejectionKey = (application: string): string => `rejection/${application}`;
export const exclusionPrefix = 'exclusion/';
export const exclusionKey = (scope: string): string => `exclusion/${scope}`;
/** Of one service only; its neighbours in the scope are left alone. */
export const serviceExclusionsPrefix = 'service-exclusion/';
export const serviceExclusionPrefix = (application: string): string => `${serviceExclusionsPrefix}${application}/`;
export const serviceExclusionKey = (application: string, service: string, scope: string): string =>
  `${serviceExclusionPrefix(application)}${service}/${scope}`;
export const usageKey = (application: string): string => `usage/${application}`;
/** One record, so that two applications deciding at once cannot both take the last of a quota. */
export const ledgerKey = 'ledger/quota';

/** A generation that can be returned to: what was wanted, and where it was put. */
export interface Revision {
  readonly generation: number;
  readonly spec: DocumentRef;
  readonly decision: DocumentRef;
}

/** `withdrawn` while it is being removed, `removed` for ever after: the record stays, so that generations never start again. */
export type ApplicationStatus = 'rolling-out' | 'running' | 'failed' | 'withdrawn' | 'removed';

/** Somebody still wants it. */
export function isWanted(record: ApplicationRecord | undefined): record is ApplicationRecord {
  return record !== undefined && record.status !== 'withdrawn' && record.status !== 'removed';
}

export interface ApplicationRecord extends Revision {
  readonly application: string;
  /** Of the spec, to select by; absent where there are none. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly status: ApplicationStatus;
  readonly cause: DecisionCause;
  readonly services: number;
  /** Per `cloud/region` of the decision, the most important tier that stands there; absent from older records. */
  readonly stands?: Readonly<Record<string, Tier>>;
  /** The last generation whose rollout completed. */
  readonly lastGood?: Revision;
  /** Targets that failed a service of this spec lately: not candidates for it until then (epoch ms). */
  readonly avoid: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Placed again without success since the last completed rollout; bounded, so that a hopeless spec comes to rest. */
  readonly attempts: number;
  /** The last change that was not to be, and why; gone with the next one that is. */
  readonly rejection?: Rejection;
  /** It fits nowhere, or found no room: looked at again when a target is readmitted. */
  readonly reviewOwed: boolean;
  /** … and by the clock. Gone when somebody asks for something else, ground is regained, or it runs. */
  readonly retry?: Retry;
  /** When the clock next asks for other replica counts (epoch ms); absent where no service has a schedule. */
  readonly scheduled?: { readonly at: number };
  /** Of services with a schedule: counts that were set by hand. */
  readonly byHand?: ByHand;
  /**
   * Marks of the latest requests that were decided, newest last. Processed marks are cleared by a replay; these are not, so that
   * telling an old wish again does not make a new generation.
   */
  readonly decided?: readonly string[];
  /** Epoch ms of the decision. */
  readonly decidedAt: number;
}

/** By service: so many replicas, whatever its schedule says, until its next change (epoch ms). */
export type ByHand = Readonly<Record<string, { readonly replicas: number; readonly until: number }>>;

export interface Retry {
  /** Why it is owed a place. */
  readonly cause: DecisionCause;
  /** How many there were; each waits longer than the one before. */
  readonly count: number;
  /** When the next one is due, epoch ms; absent while one is under way. */
  readonly at?: number;
}

export interface Rejection {
  /** It was never placed; or it was, and did not become ready. */
  readonly kind: 'refused' | 'rollout-failed';
  readonly cause: DecisionCause;
  readonly reason: string;
  readonly message: string;
  /** Where nothing fits: every service without a place, with every candidate. */
  readonly decision?: DocumentRef;
  /** Epoch ms. */
  readonly at: number;
}

export interface PlacedTarget {
  readonly target: string;
  readonly replicas: number;
  /** As fitted to what the runtime offers. */
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  /** Stands without traffic until the others are lost. */
  readonly role?: 'standby';
}

/** One service's placement: enough to command it again without looking anything else up. */
export interface PlacementRecord {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  readonly specHash: string;
  readonly tier: Tier;
  readonly workload: Workload;
  readonly targets: readonly PlacedTarget[];
  /** What was demanded of its recovery; absent from older records. */
  readonly recovery?: RecoveryTargets;
  /** Of its use, links and schedule (`profileOf`); absent from older records. */
  readonly profile?: string;
  /** Epoch ms when the set of targets last changed: the cooldown counts from here. */
  readonly movedAt: number;
}

/** `cordon`: what stands there stays, and nothing new goes there. */
export type ExclusionMode = 'ungraceful' | 'graceful' | 'cordon';

/** What must not be used, and by whom. */
export interface Exclusion {
  readonly scope: string;
  readonly reason: string;
  readonly mode?: ExclusionMode;
  /** Absent: for all. */
  readonly service?: string;
}

/** The newest word on a scope; kept after readmission, so that a late exclusion does not undo it. */
export interface ExclusionRecord {
  readonly scope: string;
  readonly excluded: boolean;
  /** What an absent one means: `ungraceful`. For placement it differs from `graceful` in nothing. */
  readonly mode?: ExclusionMode;
  readonly reason: string;
  /** Epoch ms of the event that said so. */
  readonly since: number;
}

/** … and on a scope for one service. */
export interface ServiceExclusionRecord extends ExclusionRecord {
  readonly application: string;
  readonly service: string;
}

/** vCPU (thousandths) by quota key `cloud/region/runtime`. */
export type Loads = Readonly<Record<string, number>>;

export interface UsageRecord {
  readonly application: string;
  readonly loads: Loads;
}

export interface LedgerRecord {
  readonly loads: Loads;
}
