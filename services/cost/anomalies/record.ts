import type { AnomalyKind } from '../../../shared/contracts/cost-anomaly.ts';
import type { CostLine } from '../../../shared/contracts/cost-values.ts';
import type { SeriesKey } from './series.ts';
import { anomalyPrefix } from '../keys.ts';

export const anomalyKey = (anomaly: string): string => `${anomalyPrefix}${anomaly}`;

/** A run of days that cost more than days like them, or a level that creeps up, as it was told, and as it went on. */
export interface AnomalyRecord {
  readonly anomaly: string;
  /** Absent in what was told before there were two: sudden. */
  readonly kind?: AnomalyKind;
  readonly series: SeriesKey;
  /** First and last day so far, `YYYY-MM-DD`. */
  readonly since: string;
  readonly day: string;
  readonly actualMicros: number;
  readonly expectedMicros: number;
  readonly impactMicros: number;
  readonly score: number;
  readonly rows: readonly CostLine[];
  /** It lasted so long that its level is the usual one now. */
  readonly shifted: boolean;
  /** Epoch ms. */
  readonly toldAt: number;
}
