import type { PrometheusConfig } from '../../contracts/config-prometheus.ts';
import type { FleetMetrics } from '../../ports/metric-source.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { newestOf } from '../secrets/newest.ts';
import { createPrometheusMetrics } from './create.ts';
import { defaultLabels, type Labels } from './labels.ts';

/**
 * What reads each Prometheus of the configuration, by its name.
 * @throws Error naming a secret that cannot be had
 */
export function prometheusSources(
  config: readonly PrometheusConfig[],
  secrets: Secrets,
): ReadonlyMap<string, FleetMetrics> {
  return new Map(config.map((each) => [each.name, sourceFrom(each, secrets)]));
}

function sourceFrom({ name, url, authentication, labels, queries }: PrometheusConfig, secrets: Secrets): FleetMetrics {
  const authorization = authentication && authorizationOf(name, authentication, secrets);
  return createPrometheusMetrics({
    url,
    labels: { ...defaultLabels, ...labels } as Labels,
    ...(queries === undefined ? {} : { queries }),
    ...(authorization === undefined ? {} : { authorization }),
  });
}

type Authentication = NonNullable<PrometheusConfig['authentication']>;

function authorizationOf(name: string, authentication: Authentication, secrets: Secrets): () => Promise<string> {
  const source = authentication.type === 'bearer' ? authentication.token : authentication.password;
  const newest = newestOf(secrets, source, `monitor.metrics.prometheus ${name}`);
  return async () => {
    const secret = await newest();
    if (authentication.type === 'bearer') return `Bearer ${secret}`;
    return `Basic ${Buffer.from(`${authentication.username}:${secret}`).toString('base64')}`;
  };
}
