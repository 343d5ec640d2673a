import { TargetNotFound } from '../../shared/ports/cloud-target.ts';
import type { MeasuredDeployment, MetricQuery, MetricSource } from '../../shared/ports/metric-source.ts';
import type { AzureApi } from './azure-api.ts';
import { appSeries } from './metrics-apps.ts';
import { groupSeries } from './metrics-groups.ts';
import type { MonitorApi } from './monitor-api.ts';
import type { AzureSettings } from './settings.ts';

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
