import { metricUnits } from '../../../shared/contracts/metrics-collected.ts';
import { retryCount, type MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';

/**
 * What becomes of minutes that are put together. Counts add up. Percentiles do not: neither their mean nor their sum is a percentile
 * of anything, so what is kept is the worst minute, and it is called the maximum. The rest is the mean of the minutes that are known.
 */
export type Statistic = 'sum' | 'maximum' | 'mean';

export function statisticOf(metric: MeasuredName): Statistic {
  if (metric.endsWith('.count')) return 'sum';
  return /\.p\d+$/.test(metric) ? 'maximum' : 'mean';
}

export const unitOf = (metric: MeasuredName): string => (metric === retryCount ? '{request}' : metricUnits[metric]);

/** Of at least one value. */
export function combined(statistic: Statistic, values: readonly number[]): number {
  if (statistic === 'maximum') return Math.max(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  return statistic === 'sum' ? sum : sum / values.length;
}
