import type { Metric, MetricValue } from '@azure/monitor-query-metrics';
import type { Minutes } from './metrics-series.ts';

export type Statistic = 'average' | 'maximum' | 'total';

/** The values of one metric, series that a filter split added up; a minute without a value is unknown and left out. */
export function minutesOf(metrics: readonly Metric[], name: string, statistic: Statistic): Minutes {
  const minutes = new Map<number, number>();
  const metric = metrics.find((each) => each.name.toLowerCase() === name.toLowerCase());
  for (const value of metric?.timeseries.flatMap(({ data }) => data ?? []) ?? []) {
    const number = valueOf(value, statistic);
    const at = Math.floor(value.timeStamp.getTime() / 1000);
    if (number !== undefined) minutes.set(at, (minutes.get(at) ?? 0) + number);
  }
  return minutes;
}

/** JSON may hold null where the type says absent. */
function valueOf(value: MetricValue, statistic: Statistic): number | undefined {
  const number: number | null | undefined = value[statistic];
  return number === null || number === undefined || !Number.isFinite(number) ? undefined : number;
}

export const scaled = (minutes: Minutes, factor: number): Minutes =>
  new Map([...minutes].map(([at, value]) => [at, value * factor]));
