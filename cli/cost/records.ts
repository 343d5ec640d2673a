/** What the cost routes answer, as far as it is shown. Micro-units of the currency beside them; times as the route has them. */

export interface Part {
  readonly key: string | null;
  readonly micros: number;
  readonly sharedMicros: number;
  readonly unit?: { readonly requests: number; readonly microsPerMillion: number; readonly days: number };
}

export interface Range {
  readonly micros: number;
  readonly lowMicros: number;
  readonly highMicros: number;
}

export interface CurrencyReport {
  readonly currency: string;
  readonly totalMicros: number;
  readonly sharedMicros: number;
  readonly forecast?: Range;
  readonly months: readonly { readonly month: string; readonly micros: number }[];
  readonly days: readonly { readonly day: string; readonly micros: number }[];
  readonly byCloud: readonly Part[];
  readonly byTeam: readonly Part[];
  readonly byApplication: readonly Part[];
  readonly byService: readonly Part[];
  readonly byServiceName: readonly Part[];
}

export interface Report {
  readonly period: string;
  readonly readAt: string;
  readonly requests: number;
  readonly requestMicros: number;
  /** The rule by which cost that no tag claims was split. */
  readonly shared: string;
  readonly currencies: readonly CurrencyReport[];
  readonly periods: readonly string[];
}

export interface Bill {
  readonly bill: string;
  readonly period: string;
  readonly current: {
    readonly file: { readonly source: string; readonly location: string; readonly name?: string };
    readonly format: string;
    readonly currency: string;
    readonly totalMicros: number;
    readonly rows: number;
    readonly from: string;
    readonly to: string;
    /** Epoch ms. */
    readonly importedAt: number;
  };
  readonly history: readonly unknown[];
}

interface Compared {
  readonly from: string;
  readonly to: string;
  readonly billed: number;
  readonly estimated: number;
  readonly ratio?: number;
}

export interface Estimate {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  readonly currency: string;
  /** Absent: the service is no longer wanted. */
  readonly monthly?: {
    readonly targets: Readonly<Record<string, number>>;
    readonly low: number;
    readonly expected: number;
    readonly high: number;
    readonly traffic: number;
  };
  readonly compared?: {
    readonly months: readonly (Compared & { readonly month: string })[];
    readonly week?: Compared;
    readonly otherCurrency?: string;
  };
}
