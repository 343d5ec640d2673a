import type { MetricName, MetricSeries } from '../../shared/contracts/metrics-collected.ts';
import { TargetNotFound } from '../../shared/ports/cloud-target.ts';
import type { MeasuredDeployment, MetricQuery, MetricSource } from '../../shared/ports/metric-source.ts';
import type { AzureApi } from './azure-api.ts';
import { appSeries } from './metrics-apps.ts';
import { groupSeries } from './metrics-groups.ts';
import type { MonitorApi } from './monitor-api.ts';
import type { AzureSettings } from './settings.ts';

/** What one answer gives of a deployment, by the minute in seconds since the epoch. */
export type Minutes = ReadonlyMap<number, number>;

export interface Asked {
  readonly api: AzureApi;
  readonly monitor: MonitorApi;
  readonly query: MetricQuery;
}

/** Resources in one call of Azure Monitor. */
export const batchSize = 50;

/**
 * What Azure Monitor measured: of container apps by their own metrics, of container groups, which are one replica each, by all groups
 * of a deployment together. Azure keeps no percentiles of response times: nothing is said of them.
 */
export function createMetrics(api: AzureApi, monitor: MonitorApi, settings: AzureSettings): MetricSource {
  return {
    async collect(query) {
      if (!settings.regions.includes(query.region)) {
        throw new TargetNotFound(
          `Azure region "${query.region}" is not enabled here: add it to the regions of the Azure cloud`,
        );
      }
      const asked = { api, monitor, query };
      return [
        ...(await appSeries(asked, onRuntime(query, 'container-apps'))),
        ...(await groupSeries(asked, onRuntime(query, 'container-instances'))),
      ];
    },
  };
}

const onRuntime = ({ deployments }: MetricQuery, runtime: string): MeasuredDeployment[] =>
  deployments.filter(({ target }) => target.endsWith(`/${runtime}`));

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
