import { reportPrefix } from '../keys.ts';

/**
 * What a month cost, as the last sweep saw it: what the read endpoint, the page and the exports show, so that nobody who looks needs
 * the ledger. Every list of a currency adds up to its total, to the micro-unit; what does not fit is in `(others)`.
 */
export interface ReportRecord {
  /** YYYY-MM */
  readonly period: string;
  /** Epoch ms of the sweep. */
  readonly at: number;
  readonly sweep: string;
  /** Paid requests of that sweep to cost APIs, and what they cost in micro-dollars. */
  readonly requests: number;
  readonly requestMicros: number;
  /** The rule by which cost that no tag claims was split. */
  readonly shared: string;
  readonly currencies: readonly CurrencyReport[];
}

export interface CurrencyReport {
  readonly currency: string;
  readonly totalMicros: number;
  /** What no tag claimed, before it was split. */
  readonly sharedMicros: number;
  readonly forecast?: { readonly micros: number; readonly lowMicros: number; readonly highMicros: number };
  /** Totals of the months before, oldest first; months without any bill are left out. */
  readonly months: readonly { readonly month: string; readonly micros: number }[];
  /** Totals of days, this month's and the last's; a day no bill tells of is left out. */
  readonly days: readonly ReportDay[];
  readonly byCloud: readonly Part[];
  readonly byTeam: readonly Part[];
  readonly byApplication: readonly Part[];
  /** `application/service` */
  readonly byService: readonly ServicePart[];
  /** The providers' own services, such as Amazon ECS. */
  readonly byServiceName: readonly Part[];
}

export interface ReportDay {
  readonly day: string;
  readonly micros: number;
  /** Of a day of the month itself: by provider. */
  readonly clouds?: Readonly<Record<string, number>>;
}

export interface Part {
  /** Null: claimed by nobody, and not split. */
  readonly key: string | null;
  readonly micros: number;
  /** Part of it that came by splitting. */
  readonly sharedMicros: number;
}

export interface ServicePart extends Part {
  /** Of days of which both use and cost are known; absent where there is none. */
  readonly unit?: { readonly requests: number; readonly microsPerMillion: number; readonly days: number };
}

export const reportKey = (period: string): string => `${reportPrefix}${period}`;
export const others = '(others)';
