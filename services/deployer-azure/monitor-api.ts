import type { TokenCredential } from '@azure/identity';
import { MetricsClient, type Metric } from '@azure/monitor-query-metrics';
import { createAgent } from './azure-agent.ts';
import { asked, retryOutagesOnly } from './azure-api.ts';
import type { AzureSettings } from './settings.ts';

/** One call about up to fifty resources of one type in one region. */
export interface BatchQuestion {
  readonly region: string;
  readonly resources: readonly string[];
  /** `Microsoft.App/containerapps` */
  readonly namespace: string;
  readonly metrics: readonly string[];
  readonly aggregation: string;
  readonly filter?: string;
  /** Whole minutes in seconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

export interface BatchAnswer {
  readonly resource: string;
  readonly metrics: readonly Metric[];
}

/** Azure Monitor's metrics, as far as this deployer uses them. Errors are those of the port. */
export interface MonitorApi {
  batch(question: BatchQuestion): Promise<readonly BatchAnswer[]>;
}

/** By the host of Azure Resource Manager: where the regions serve metrics. */
const suffixes: Readonly<Record<string, string>> = {
  'management.azure.com': 'metrics.monitor.azure.com',
  'management.usgovcloudapi.net': 'metrics.monitor.azure.us',
  'management.chinacloudapi.cn': 'metrics.monitor.azure.cn',
};

/**
 * Metrics are served by each region, to tokens for Azure Resource Manager (the client's KnownMonitorMetricsQueryAudience); whatever else
 * stands in for that answers for metrics too.
 */
export function metricsEndpoint(
  endpoint: string | undefined,
  region: string,
): { readonly url: string; readonly scope: string } {
  const arm = new URL(endpoint ?? 'https://management.azure.com');
  const suffix = Object.hasOwn(suffixes, arm.hostname) ? suffixes[arm.hostname] : undefined;
  return { url: suffix === undefined ? arm.origin : `https://${region}.${suffix}`, scope: `${arm.origin}/.default` };
}

export function createMonitorApi(settings: AzureSettings, credential: TokenCredential): MonitorApi {
  const clients = new Map<string, MetricsClient>();
  const clientIn = (region: string): MetricsClient => {
    const client = clients.get(region) ?? open(settings, credential, region);
    clients.set(region, client);
    return client;
  };
  return {
    batch: ({ region, resources, namespace, metrics, aggregation, filter, from, to }) =>
      asked(`read metrics of ${resources.length} resources in ${region}`, async () => {
        const answers = await clientIn(region).queryResources([...resources], [...metrics], namespace, {
          startTime: new Date(from * 1000),
          endTime: new Date(to * 1000),
          interval: 'PT1M',
          aggregation,
          ...(filter === undefined ? {} : { filter }),
        });
        return answers.map((each) => ({ resource: each.resourceId ?? '', metrics: each.metrics }));
      }),
  };
}

function open(
  { endpoint, ca, client = {} }: AzureSettings,
  credential: TokenCredential,
  region: string,
): MetricsClient {
  const { url, scope } = metricsEndpoint(endpoint, region);
  const opened = new MetricsClient(url, credential, {
    credentials: { scopes: [scope] },
    userAgentOptions: { userAgentPrefix: 'homeostasis' },
  });
  const agent = createAgent({
    connectTimeoutMs: client.connectTimeoutMs ?? 2_000,
    ...(ca === undefined ? {} : { ca }),
  });
  const timeout = client.requestTimeoutMs ?? 10_000;
  opened.pipeline.addPolicy({
    name: 'agent',
    sendRequest: (one, next) => next(Object.assign(one, { agent, timeout })),
  });
  retryOutagesOnly(opened.pipeline, client.retries ?? 2, client.retryDelayMs ?? 200);
  return opened;
}
