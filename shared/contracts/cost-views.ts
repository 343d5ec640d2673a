/** What `GET /v1/cost/report` and `GET /v1/cost/estimates` answer. Amounts are micro-units of the currency beside them. */

/** What a month cost, as bills were last judged. Every list of a currency adds up to its total, to the micro-unit. */
export interface CostReport {
  /** YYYY-MM */
  readonly period: string;
  /** Of FOCUS's costs: the invoiced one. */
  readonly cost: 'billed';
  /** RFC 3339: when bills were judged. */
  readonly readAt: string;
  /** Paid requests of that sweep to cost APIs, and what they cost in micro-dollars. */
  readonly requests: number;
  readonly requestMicros: number;
  /** The rule by which cost that no tag claims was split. */
  readonly shared: string;
  readonly currencies: readonly CurrencyReport[];
  /** Months of which there is a report. */
  readonly periods: readonly string[];
}

export interface CurrencyReport {
  readonly currency: string;
  readonly totalMicros: number;
  /** The same month amortised (FOCUS's effective cost): commitments spread over what they cover. Absent in reports of before it was read. */
  readonly effectiveMicros?: number;
  /** What no tag claimed, before it was split. */
  readonly sharedMicros: number;
  /** Of the whole month. */
  readonly forecast?: ForecastRange;
  /** Totals of the months before, oldest first; months without any bill are left out. */
  readonly months: readonly { readonly month: string; readonly micros: number }[];
  /** Totals of days, this month's and the last's; a day no bill tells of is left out. */
  readonly days: readonly ReportDay[];
  readonly byCloud: readonly CostPart[];
  readonly byTeam: readonly CostPart[];
  readonly byApplication: readonly CostPart[];
  /** `application/service` */
  readonly byService: readonly ServicePart[];
  /** The providers' own services, such as Amazon ECS. */
  readonly byServiceName: readonly CostPart[];
}

/** Eight times in ten it ends between low and high. */
export interface ForecastRange {
  readonly micros: number;
  readonly lowMicros: number;
  readonly highMicros: number;
}

export interface ReportDay {
  readonly day: string;
  readonly micros: number;
  /** Of a day of the month itself: by provider. */
  readonly clouds?: Readonly<Record<string, number>>;
}

export interface CostPart {
  /** Null: claimed by nobody, and not split. */
  readonly key: string | null;
  readonly micros: number;
  /** Part of it that came by splitting. */
  readonly sharedMicros: number;
  /** Amortised, its part of that split included. Absent where the currency's is. */
  readonly effectiveMicros?: number;
}

export interface ServicePart extends CostPart {
  /** Of days of which both use and cost are known; absent where there is none. */
  readonly unit?: { readonly requests: number; readonly microsPerMillion: number; readonly days: number };
}

/** A period of which everything was billed, and what had been expected of it. Micro-dollars. */
export interface ForecastError {
  /** Days, `YYYY-MM-DD`: the first, and the first that is not meant. */
  readonly from: string;
  readonly to: string;
  readonly billed: number;
  readonly estimated: number;
  /** (billed − estimated) / billed: 0.25, a quarter of the bill was not expected. Absent where nothing was billed. */
  readonly ratio?: number;
}

/** A service's estimates against its bills. */
export interface EstimateCompared {
  /** Complete months, the newest last. */
  readonly months: readonly (ForecastError & { readonly month: string })[];
  /** The last seven days that are billed in full. */
  readonly week?: ForecastError;
  /** Currency of bills that could not be compared. */
  readonly otherCurrency?: string;
}
