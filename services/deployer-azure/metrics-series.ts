import type { MetricName, MetricSeries } from '../../shared/contracts/metrics-collected.ts';
import type { MeasuredDeployment, MetricQuery } from '../../shared/ports/metric-source.ts';
import type { AzureApi } from './azure-api.ts';
import type { MonitorApi } from './monitor-api.ts';

/** What one answer gives of a deployment, by the minute in seconds since the epoch. */
export type Minutes = ReadonlyMap<number, number>;

export interface Asked {
  readonly api: AzureApi;
  readonly monitor: MonitorApi;
  readonly query: MetricQuery;
}

/** Resources in one call of Azure Monitor. */
export const batchSize = 50;

export function seriesFrom(
  { application, service, target }: MeasuredDeployment,
  metric: MetricName,
  minutes: Minutes,
): MetricSeries {
  const points = [...minutes].sort(([a], [b]) => a - b).map(([at, value]): [number, number] => [at, value]);
  return { application, service, target, metric, points };
}

export function inBatches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, page) =>
    items.slice(page * batchSize, (page + 1) * batchSize),
  );
}
