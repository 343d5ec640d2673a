import type { EstimateCompared } from '../../shared/contracts/cost-views.ts';
import type { Imported } from './log.ts';

export type {
  CostReport as Report,
  CurrencyReport,
  ForecastRange as Range,
  ServicePart as Part,
} from '../../shared/contracts/cost-views.ts';

/** What the cost routes answer, as far as it is shown. Micro-units of the currency beside them; times as the route has them. */
export interface Bill {
  readonly bill: string;
  readonly period: string;
  readonly current: Pick<Imported, 'file' | 'format' | 'currency' | 'totalMicros' | 'rows' | 'from' | 'to'> & {
    /** Epoch ms. */
    readonly importedAt: number;
  };
  readonly history: readonly unknown[];
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
  readonly compared?: EstimateCompared;
}
