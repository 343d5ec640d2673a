import type { MetricName, MetricSeries } from '../../contracts/metrics-collected.ts';
import type { MetricQuery, MetricSource } from '../../ports/metric-source.ts';
import { queryRange, type HttpApiOptions, type RangeSeries } from './http-api.ts';
import { defaultQueries, written, type Labels, type Queries } from './queries.ts';

export interface PrometheusOptions extends HttpApiOptions {
  /** Default `application` and `service`. */
  readonly labels?: Labels;
  /** In place of the default ones, metric by metric; an empty text leaves a metric out. */
  readonly queries?: Queries;
}

const minute = 60;

/**
 * Metrics of deployments from a Prometheus: for places that no cloud watches. One range query per metric, whatever the number of
 * deployments.
 *
 * @example
 * const metrics = createPrometheusMetrics({ url: 'https://prometheus.example.com' });
 * await metrics.collect({ region: 'cellar', deployments, from, to });
 */
export function createPrometheusMetrics(options: PrometheusOptions): MetricSource {
  const labels = options.labels ?? { application: 'application', service: 'service' };
  const queries = Object.entries({ ...defaultQueries, ...options.queries }).filter(([, query]) => query !== '');
  return {
    async collect(query: MetricQuery) {
      const { deployments, from, to } = query;
      const series: MetricSeries[] = [];
      for (const [metric, text] of queries) {
        // A value stands at the end of the minute it tells of.
        const range = { query: written(text, labels, deployments), start: from + minute, end: to, step: minute };
        const found = await queryRange(options, range);
        series.push(...seriesOf(metric as MetricName, found, { labels, query }));
      }
      return series;
    },
  };
}

function seriesOf(
  metric: MetricName,
  found: readonly RangeSeries[],
  { labels, query }: { readonly labels: Labels; readonly query: MetricQuery },
): MetricSeries[] {
  const { deployments, from, to } = query;
  const inside = ([at]: readonly [number, number]): boolean => at > from && at <= to;
  return found.flatMap(({ metric: own, values }) => {
    const of = deployments.find(
      (each) => each.application === own[labels.application] && each.service === own[labels.service],
    );
    if (of === undefined) return [];
    const points = values
      .filter(inside)
      .map(([at, value]): [number, number] => [Math.floor(at) - minute, counted(metric, value)]);
    return points.length === 0
      ? []
      : [{ application: of.application, service: of.service, target: of.target, metric, points: points.slice(-60) }];
  });
}

/** `increase` extrapolates between scrapes: half a request is none that anybody made. */
const counted = (metric: MetricName, value: number): number => (metric.endsWith('.count') ? Math.round(value) : value);
