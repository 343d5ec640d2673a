import type { MetricName } from '../../contracts/metrics-collected.ts';
import { namesIn, type Labels } from './labels.ts';

/** `{{selector}}` becomes the matchers of the deployments asked for, `{{by}}` the labels that tell them apart. */
export type Queries = Readonly<Partial<Record<MetricName, string>>>;

const requests = 'http_server_request_duration_seconds';
const quantile = (share: string): string =>
  `histogram_quantile(${share}, sum by (le, {{by}}) (increase(${requests}_bucket{{{selector}}}[1m])))`;

/**
 * What OpenTelemetry's HTTP server convention is called in Prometheus, and what every Prometheus client library says of its own process
 * (opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics; prometheus.io/docs/instrumenting/writing_clientlibs). CPU
 * and memory as shares need to know what a deployment has: they are unknown unless a query of one's own says them. Where no request
 * failed there is no series of failures: that is zero wherever requests are known.
 */
export const defaultQueries: Queries = {
  'http.server.request.count': `sum by ({{by}}) (increase(${requests}_count{{{selector}}}[1m]))`,
  'http.server.request.error.count':
    `sum by ({{by}}) (increase(${requests}_count{{{selector}},http_response_status_code=~"5.."}[1m]))` +
    ` or sum by ({{by}}) (increase(${requests}_count{{{selector}}}[1m])) * 0`,
  'http.server.request.duration.p50': quantile('0.5'),
  'http.server.request.duration.p95': quantile('0.95'),
  'http.server.request.duration.p99': quantile('0.99'),
  'container.memory.usage': 'avg by ({{by}}) (process_resident_memory_bytes{{{selector}}})',
  'deployment.replicas': 'sum by ({{by}}) (up{{{selector}}})',
};

/** The query for some deployments. Names of ours hold nothing that a regular expression or a string would take for its own. */
export function written(
  query: string,
  labels: Labels,
  deployments: readonly { readonly application: string; readonly service: string }[],
): string {
  const oneOf = (values: readonly string[]): string => [...new Set(values)].sort().join('|');
  const applications = oneOf(deployments.map(({ application }) => application));
  const services = oneOf(deployments.map(({ service }) => service));
  const selector = `${labels.application}=~"${applications}",${labels.service}=~"${services}"`;
  return query.replaceAll('{{selector}}', selector).replaceAll('{{by}}', namesIn(labels));
}
