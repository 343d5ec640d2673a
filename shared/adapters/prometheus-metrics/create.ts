import type { MetricName, MetricSeries } from '../../contracts/metrics-collected.ts';
import { InvalidSpec } from '../../ports/cloud-target.ts';
import type { FleetMetrics, FleetQuery } from '../../ports/metric-source.ts';
import { queryRange, type HttpApiOptions, type RangeSeries } from './http-api.ts';
import { defaultLabels, ownerOf, type Labels } from './labels.ts';
import { defaultQueries, written, type Queries } from './queries.ts';

export interface PrometheusOptions extends HttpApiOptions {
  /** Default `application` and `service`. */
  readonly labels?: Labels;
  /** In place of the default ones, metric by metric; an empty text leaves a metric out. */
  readonly queries?: Queries;
}

const minute = 60;

/**
 * Metrics of deployments from a Prometheus, or what speaks as one: of places that no cloud watches, and of what workloads say of
 * themselves. One range query per metric, whatever the number of deployments, all at once.
 *
 * @example
 * const metrics = createPrometheusMetrics({ url: 'https://prometheus.example.com' });
 * await metrics.collect({ deployments, from, to });
 */
export function createPrometheusMetrics(options: PrometheusOptions): FleetMetrics {
  const labels = options.labels ?? defaultLabels;
  const queries = Object.entries({ ...defaultQueries, ...options.queries }).filter(([, query]) => query !== '');
  return {
    async collect(query: FleetQuery) {
      const { deployments, from, to } = query;
      const series = queries.map(async ([metric, text]) => {
        // A value stands at the end of the minute it tells of.
        const range = { query: written(text, labels, deployments), start: from + minute, end: to, step: minute };
        const found = await queryRange(options, range).catch((error: unknown) => {
          if (error instanceof InvalidSpec) throw new InvalidSpec(`${metric}: ${error.message}`, { cause: error });
          throw error;
        });
        return seriesOf(metric as MetricName, found, { labels, query });
      });
      return (await Promise.all(series)).flat();
    },
  };
}

function seriesOf(
  metric: MetricName,
  found: readonly RangeSeries[],
  { labels, query }: { readonly labels: Labels; readonly query: FleetQuery },
): MetricSeries[] {
  const { deployments, from, to } = query;
  const inside = ([at]: readonly [number, number]): boolean => at > from && at <= to;
  return found.flatMap(({ metric: own, values }) => {
    const of = ownerOf(own, labels, deployments);
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
