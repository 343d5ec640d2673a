export { createPrometheusMetrics, type PrometheusOptions } from './create.ts';
export { prometheusSources } from './from-config.ts';
