import type { MetricName, MetricSeries } from '../../shared/contracts/metrics-collected.ts';
import type { MeasuredDeployment, MetricQuery, MetricSource } from '../../shared/ports/metric-source.ts';
import type { MonitoringApi, SeriesQuestion, TimeSeries } from './monitoring-api.ts';
import { placeIn, resourceId } from './names.ts';
import { withDefaults, type GcpSettings } from './settings.ts';

/** Where the id of our resource is in a series. */
const services = { resource: 'cloud_run_revision', id: 'service_name' } as const;
const pools = { resource: 'cloud_run_worker_pool', id: 'worker_pool_name' } as const;
type Kind = typeof services | typeof pools;

interface Asked {
  readonly metric: MetricName;
  readonly kinds: readonly Kind[];
  readonly type: string;
  readonly aligner: SeriesQuestion['aligner'];
  readonly reducer: SeriesQuestion['reducer'];
  /** From the unit of the metric to ours. */
  readonly scale?: number;
  /** A further comparison. */
  readonly only?: string;
}

const milliseconds = 0.001;
const run = (name: string): string => `run.googleapis.com/${name}`;
const latency = (percent: '50' | '95' | '99'): Asked => ({
  metric: `http.server.request.duration.p${percent}`,
  kinds: [services],
  type: run('request_latencies'),
  aligner: 'ALIGN_SUM',
  reducer: `REDUCE_PERCENTILE_${percent}`,
  scale: milliseconds,
});

/**
 * cloud.google.com/monitoring/api/metrics_gcp, "run". ALIGN_DELTA is avoided: it makes values up, by interpolation, for minutes that
 * have none. Utilisations are shares already (unit `10^2.%`), latencies milliseconds.
 */
const asked: readonly Asked[] = [
  {
    metric: 'http.server.request.count',
    kinds: [services],
    type: run('request_count'),
    aligner: 'ALIGN_SUM',
    reducer: 'REDUCE_SUM',
  },
  {
    ...{ metric: 'http.server.request.error.count', kinds: [services], type: run('request_count') },
    ...{ aligner: 'ALIGN_SUM', reducer: 'REDUCE_SUM', only: 'metric.labels.response_code_class = "5xx"' },
  },
  latency('50'),
  latency('95'),
  latency('99'),
  {
    ...{ metric: 'container.cpu.utilization', kinds: [services, pools], type: run('container/cpu/utilizations') },
    ...{ aligner: 'ALIGN_SUM', reducer: 'REDUCE_MEAN' },
  },
  {
    ...{ metric: 'container.memory.utilization', kinds: [services, pools], type: run('container/memory/utilizations') },
    ...{ aligner: 'ALIGN_SUM', reducer: 'REDUCE_MEAN' },
  },
  {
    ...{ metric: 'deployment.replicas', kinds: [services, pools], type: run('container/instance_count') },
    ...{ aligner: 'ALIGN_MAX', reducer: 'REDUCE_SUM' },
  },
];

/** Ids in one filter, so that it stays well below 2,048 characters however long they are. */
const idsAtOnce = 30;

/** What Cloud Monitoring measured: eleven calls for up to thirty deployments of a region. */
export function createMetrics(api: MonitoringApi, given: GcpSettings): MetricSource {
  const settings = withDefaults(given);
  return {
    async collect({ region, deployments, from, to }: MetricQuery) {
      placeIn(region, settings);
      const series: MetricSeries[] = [];
      for (let start = 0; start < deployments.length; start += idsAtOnce) {
        const page = new Map(deployments.slice(start, start + idsAtOnce).map((each) => [resourceId(each), each]));
        for (const each of asked) series.push(...(await collectOne(api, each, { region, page, window: { from, to } })));
      }
      return withZeroErrors(series);
    },
  };
}

interface Page {
  readonly region: string;
  readonly page: ReadonlyMap<string, MeasuredDeployment>;
  readonly window: { readonly from: number; readonly to: number };
}

async function collectOne(api: MonitoringApi, each: Asked, { region, page, window }: Page): Promise<MetricSeries[]> {
  const found: MetricSeries[] = [];
  for (const kind of each.kinds) {
    const label = `resource.labels.${kind.id}`;
    const parts = [
      `metric.type = "${each.type}"`,
      `resource.type = "${kind.resource}"`,
      `resource.labels.location = "${region}"`,
      `${label} = one_of(${[...page.keys()].map((id) => `"${id}"`).join(', ')})`,
      ...(each.only === undefined ? [] : [each.only]),
    ];
    const { aligner, reducer } = each;
    const answer = await api.list({ filter: parts.join(' AND '), aligner, reducer, groupBy: [label] }, window);
    for (const series of answer) {
      const of = page.get(series.resource?.labels?.[kind.id] ?? '');
      if (of !== undefined) found.push(seriesOf(of, each, pointsOf(series, window, each.scale ?? 1)));
    }
  }
  return found;
}

/** A point stands at the end of its minute. */
function pointsOf({ points }: TimeSeries, { from, to }: Page['window'], scale: number): [number, number][] {
  return (points ?? []).flatMap((point): [number, number][] => {
    const at = Number(point.interval?.endTime?.seconds ?? Number.NaN) - 60;
    const number = numberIn(point);
    return Number.isFinite(number) && at >= from && at < to ? [[at, number * scale]] : [];
  });
}

const numberIn = ({ value }: NonNullable<TimeSeries['points']>[number]): number =>
  Number(value?.doubleValue ?? value?.int64Value ?? Number.NaN);

const seriesOf = (of: MeasuredDeployment, { metric }: Asked, points: [number, number][]): MetricSeries => ({
  application: of.application,
  service: of.service,
  target: of.target,
  metric,
  points: points.sort(([a], [b]) => a - b),
});

/** Requests are counted by status code: where some are known and none of them is an error, there were no errors. */
function withZeroErrors(series: readonly MetricSeries[]): MetricSeries[] {
  const errors = new Map(
    series.filter(({ metric }) => metric === 'http.server.request.error.count').map((each) => [keyOf(each), each]),
  );
  const requests = series.filter(({ metric }) => metric === 'http.server.request.count');
  const filled = requests.map((each): MetricSeries => {
    const failed = new Map(errors.get(keyOf(each))?.points ?? []);
    return {
      ...each,
      metric: 'http.server.request.error.count',
      points: each.points.map(([at]) => [at, failed.get(at) ?? 0]),
    };
  });
  return [...series.filter(({ metric }) => metric !== 'http.server.request.error.count'), ...filled];
}

const keyOf = ({ application, service, target }: MeasuredDeployment): string => `${application}/${service}/${target}`;
