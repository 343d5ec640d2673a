import type { PrometheusConfig } from '../../contracts/config-prometheus.ts';
import type { SecretSource } from '../../contracts/config-secret.ts';
import { Unauthorized } from '../../ports/cloud-target.ts';
import type { FleetMetrics } from '../../ports/metric-source.ts';
import type { Secrets } from '../../ports/secrets.ts';
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
  try {
    secrets.check(source);
  } catch (error) {
    throw new Error(`monitor.metrics.prometheus ${name}: ${(error as Error).message}`, { cause: error });
  }
  return async () => {
    const secret = await newest(source, secrets);
    if (authentication.type === 'bearer') return `Bearer ${secret}`;
    return `Basic ${Buffer.from(`${authentication.username}:${secret}`).toString('base64')}`;
  };
}

/** Of two lines the first is the new one, as where secrets are accepted. */
async function newest(source: SecretSource, secrets: Secrets): Promise<string> {
  try {
    const [first = ''] = await secrets.read(source);
    return first;
  } catch (error) {
    throw new Unauthorized((error as Error).message, { cause: error });
  }
}
