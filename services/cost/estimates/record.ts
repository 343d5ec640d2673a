import type { EstimateCompared } from '../../../shared/contracts/cost-views.ts';
import { estimatePrefix, teamPrefix } from '../keys.ts';

/** What placement expected a service to cost, from when to when; so the estimate of any past day is known. US dollars. */
export interface EstimateRecord {
  readonly application: string;
  readonly service: string;
  /** Of the newest decision about it that was heard. */
  readonly generation: number;
  /** Oldest first, without overlap; the last has no end while the service is wanted. */
  readonly intervals: readonly EstimateInterval[];
  /** Held against bills; absent until there was one. */
  readonly compared?: EstimateCompared;
}

export interface EstimateInterval {
  /** Epoch ms. */
  readonly from: number;
  /** The first moment it no longer held; absent: it holds. */
  readonly to?: number;
  /** Micro-dollars a month of 730 hours by target, traffic included: they add up to `expected`. */
  readonly targets: Readonly<Record<string, number>>;
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  /** Of `expected`, what is paid for traffic that leaves it. */
  readonly traffic: number;
}

export const estimateKey = (application: string, service: string): string =>
  `${estimatePrefix}${application}/${service}`;

/** To whom an application belongs, by the labels of its spec. Kept after it is gone: its bills still come. */
export interface TeamRecord {
  readonly application: string;
  /** Its label `team`. */
  readonly team?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch ms of the submission, or of the withdrawal, that was heard last. */
  readonly at: number;
  /** It is no longer wanted. */
  readonly withdrawn?: true;
}

export const teamKey = (application: string): string => `${teamPrefix}${application}`;

/** What was billed in a month until now, as the last sweep saw it. */
export interface MonthToDate {
  /** YYYY-MM. */
  readonly month: string;
  /** Epoch ms of the sweep. */
  readonly at: number;
  readonly billed: readonly { readonly provider: string; readonly currency: string; readonly micros: number }[];
}
