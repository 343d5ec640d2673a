import { MetricServiceClient, type protos } from '@google-cloud/monitoring';
import { createCaller } from './caller.ts';
import { clientOptions } from './client-options.ts';
import { inPages } from './in-pages.ts';
import { withDefaults, type GcpSettings } from './settings.ts';

export type TimeSeries = protos.google.monitoring.v3.ITimeSeries;
type Aggregation = protos.google.monitoring.v3.IAggregation;

export interface SeriesQuestion {
  readonly filter: string;
  readonly aligner: keyof typeof protos.google.monitoring.v3.Aggregation.Aligner;
  readonly reducer: keyof typeof protos.google.monitoring.v3.Aggregation.Reducer;
  readonly groupBy: readonly string[];
}

/** Cloud Monitoring, as far as this deployer uses it. Errors are those of the port. */
export interface MonitoringApi {
  /** Series by the minute; times in seconds since the epoch, whole minutes. */
  list(
    question: SeriesQuestion,
    window: { readonly from: number; readonly to: number },
  ): Promise<readonly TimeSeries[]>;
  close(): Promise<void>;
}

/** Points of all series together in one page (projects.timeSeries.list, `pageSize`). */
const pageSize = 10_000;

/** Google's own client; one serves all regions. */
export function createMonitoringApi(given: GcpSettings): MonitoringApi {
  const settings = withDefaults(given);
  const client = new MetricServiceClient(clientOptions(atMonitoring(settings)));
  const run = createCaller(settings);
  const options = { timeout: settings.requestTimeoutMs, retry: null as never, autoPaginate: false };
  return {
    list({ filter, aligner, reducer, groupBy }, { from, to }) {
      const aggregation: Aggregation = {
        alignmentPeriod: { seconds: 60 },
        perSeriesAligner: aligner,
        crossSeriesReducer: reducer,
        groupByFields: [...groupBy],
      };
      const request = {
        name: `projects/${settings.project}`,
        filter,
        interval: { startTime: { seconds: from }, endTime: { seconds: to } },
        aggregation,
        view: 'FULL' as const,
        pageSize,
      };
      return inPages(run, 'list time series', (page) => client.listTimeSeries({ ...request, ...page }, options));
    },
    close: () => client.close(),
  };
}

/** A configured address is of the Cloud Run Admin API; one of Google's own is not where Cloud Monitoring is. */
function atMonitoring<T extends GcpSettings>(settings: T): T {
  const { endpoint, ...rest } = settings;
  return endpoint !== undefined && /googleapis\.com(?::\d+)?\/?$/.test(endpoint) ? (rest as unknown as T) : settings;
}
