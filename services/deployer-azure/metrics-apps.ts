import type { MetricSeries } from '../../shared/contracts/metrics-collected.ts';
import type { MeasuredDeployment } from '../../shared/ports/metric-source.ts';
import { inBatches, seriesFrom, type Asked, type Minutes } from './metrics-series.ts';
import { minutesOf, scaled } from './metrics-values.ts';
import type { BatchAnswer } from './monitor-api.ts';
import { normaliseRegion, resourceName } from './names.ts';

const namespace = 'Microsoft.App/containerapps';
const percent = 0.01;

/** Two calls for up to fifty apps, and the list of those there are: one that is missing would fail the others. */
export async function appSeries(asked: Asked, deployments: readonly MeasuredDeployment[]): Promise<MetricSeries[]> {
  if (deployments.length === 0) return [];
  const { api, query } = asked;
  const standing = await api.apps.list();
  const here = standing.filter(({ location }) => normaliseRegion(location) === query.region);
  const ids = new Map(here.map(({ name, id }) => [name, id]));
  const found = deployments.flatMap((deployment) => {
    const id = ids.get(resourceName(deployment));
    return id === undefined ? [] : [{ deployment, id }];
  });
  const series: MetricSeries[] = [];
  for (const page of inBatches(found)) series.push(...(await pageSeries(asked, page)));
  return series;
}

interface App {
  readonly deployment: MeasuredDeployment;
  readonly id: string;
}

async function pageSeries({ monitor, query }: Asked, page: readonly App[]): Promise<MetricSeries[]> {
  const about = {
    region: query.region,
    resources: page.map(({ id }) => id),
    namespace,
    from: query.from,
    to: query.to,
  };
  const [all, errors] = await Promise.all([
    monitor.batch({
      ...about,
      metrics: ['Requests', 'CpuPercentage', 'MemoryPercentage', 'WorkingSetBytes', 'Replicas'],
      aggregation: 'total,average,maximum',
    }),
    monitor.batch({ ...about, metrics: ['Requests'], aggregation: 'total', filter: "statusCodeCategory eq '5xx'" }),
  ]);
  return page.flatMap(({ deployment, id }) => seriesOf(deployment, answerOf(all, id), answerOf(errors, id)));
}

const answerOf = (answers: readonly BatchAnswer[], id: string): BatchAnswer['metrics'] =>
  answers.find(({ resource }) => resource.toLowerCase() === id.toLowerCase())?.metrics ?? [];

function seriesOf(of: MeasuredDeployment, all: BatchAnswer['metrics'], errors: BatchAnswer['metrics']): MetricSeries[] {
  const requests = minutesOf(all, 'Requests', 'total');
  return [
    seriesFrom(of, 'http.server.request.count', requests),
    seriesFrom(of, 'http.server.request.error.count', withZeros(minutesOf(errors, 'Requests', 'total'), requests)),
    seriesFrom(of, 'container.cpu.utilization', scaled(minutesOf(all, 'CpuPercentage', 'average'), percent)),
    seriesFrom(of, 'container.memory.utilization', scaled(minutesOf(all, 'MemoryPercentage', 'average'), percent)),
    // The mean of the replicas, as the convention has it for one container.
    seriesFrom(of, 'container.memory.usage', minutesOf(all, 'WorkingSetBytes', 'average')),
    seriesFrom(of, 'deployment.replicas', minutesOf(all, 'Replicas', 'maximum')),
  ];
}

/** There is no series of errors where there were none: in a minute whose requests are known, that is zero. */
const withZeros = (errors: Minutes, requests: Minutes): Minutes =>
  new Map([...requests.keys()].map((at) => [at, errors.get(at) ?? 0]));
