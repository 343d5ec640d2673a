import { hash } from 'node:crypto';
import type { RecommendationKind, RecommendationState, SpecChange } from '../../../shared/contracts/cost-values.ts';
import { recommendationPrefix } from '../keys.ts';
import type { Proposal } from './proposal.ts';

export type State = RecommendationState;

/** What a service had: two of them apart tell whether it was changed in between. */
export interface Shape {
  readonly replicas: number;
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  readonly targets: readonly string[];
}

export interface Step {
  /** Epoch ms. */
  readonly at: number;
  readonly state: State;
  readonly why: string;
}

/** What the bills said of it. Micro-units of `currency`. */
export interface Verdict {
  readonly outcome: 'paid' | 'did-not-pay' | 'unclear';
  readonly currency: string;
  readonly promisedMicros: number;
  readonly savedMicros: number;
  readonly beforeDailyMicros: number;
  readonly afterDailyMicros: number;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface RecommendationRecord extends Proposal {
  readonly id: string;
  /** A commitment is of a whole cloud: application `fleet`, service the cloud. */
  readonly application: string;
  readonly service: string;
  readonly state: State;
  /** In one sentence. */
  readonly why: string;
  /** Epoch ms since which it is in this state, and at which it was said last. */
  readonly since: number;
  readonly madeAt: number;
  /** Among those of its service, the best first; 1 is the best. */
  readonly rank: number;
  /** Those that it rules out, and that rule it out. */
  readonly insteadOf: readonly string[];
  /** While it is open: what it saves beside better ones that are open, so that these may be added. Absent in records of before. */
  readonly addedSavingMicros?: number;
  /** What the service had when it was made. */
  readonly shape?: Shape;
  /** First whole day with that size, `YYYY-MM-DD`: what was billed before is of another. */
  readonly shapeSince?: string;
  readonly accepted?: { readonly by: string; readonly at: number };
  /** The revision that carries it, and the one that takes it back. */
  readonly generation?: number;
  readonly revertGeneration?: number;
  /** Before a revert was asked for: where it goes back to when that is refused. */
  readonly previous?: State;
  readonly liveAt?: number;
  /** What the service has since; what happened to it that is no part of the recommendation. */
  readonly after?: Shape;
  readonly disturbed?: string;
  readonly verdict?: Verdict;
  /** The last wish of a person, and what became of it. */
  readonly control?: {
    readonly at: number;
    readonly action: 'apply' | 'revert' | 'dismiss';
    readonly by: string;
    readonly refused?: string;
  };
  /** The newest last. */
  readonly history: readonly Step[];
}

/** What was recommended for one service, and since when it has the size it has. */
export interface ServiceRecord {
  readonly application: string;
  readonly service: string;
  readonly ids: readonly string[];
  /** First whole day with this size: use of before is a share of something else. */
  readonly sizedSince: string;
  readonly size: string;
}

/** Recommendations of one application whose rollout is awaited. */
export interface AwaitedRecord {
  readonly application: string;
  readonly ids: readonly string[];
  /** Rollouts may end before placement's answer arrives: the highest that completed, and those that failed. */
  readonly completed: number;
  readonly failed: readonly number[];
}

export const recommendationKey = (id: string): string => `${recommendationPrefix}${id}`;
export const servicePrefix = 'recommended/';
export const serviceKey = (application: string, service: string): string => `${servicePrefix}${application}/${service}`;
export const awaitedKey = (application: string): string => `recommendation-awaited/${application}`;

/** The same proposal always has the same name. */
export function idOf(
  kind: RecommendationKind,
  of: { application: string; service: string },
  change: readonly SpecChange[],
) {
  const digest = hash('sha256', JSON.stringify([kind, of.application, of.service, change]), 'hex').slice(0, 8);
  return `${kind}-${of.application}-${of.service}-${digest}`;
}

/** Somebody is at it: nothing else is applied to the service meanwhile. */
export const inHand: ReadonlySet<State> = new Set(['accepted', 'applied', 'reverting']);

const stepsKept = 20;

export function moved(record: RecommendationRecord, state: State, why: string, now: number): RecommendationRecord {
  const history = [...record.history, { at: now, state, why }].slice(-stepsKept);
  return { ...record, state, why, since: now, history };
}
