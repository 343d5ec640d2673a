import { Type, type Static } from 'typebox';
import { closed } from './config-fields.ts';
import { SecretSource } from './config-secret.ts';
import { metricNames, type MetricName } from './metrics-collected.ts';
import { Name, TargetScope } from './values.ts';

const label = Type.Optional(Type.String({ pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$', maxLength: 200 }));
const query = Type.Optional(Type.String({ maxLength: 4096 }));

/** A Prometheus that is asked for what it measured of deployments. */
export const PrometheusConfig = Type.Object(
  {
    name: Name,
    url: Type.String({ pattern: '^https?://[^\\s?#]+$', maxLength: 2048, description: 'Base URL, without /api/v1' }),
    authentication: Type.Optional(
      Type.Union([
        Type.Object({ type: Type.Literal('bearer'), token: SecretSource }, closed),
        Type.Object(
          {
            type: Type.Literal('basic'),
            username: Type.String({ pattern: '^[^:]+$', maxLength: 512 }),
            password: SecretSource,
          },
          closed,
        ),
      ]),
    ),
    targets: Type.Optional(
      Type.Array(TargetScope, {
        minItems: 1,
        maxItems: 100,
        description: 'Whereof it tells; default: everything. Of several, the first that tells of a target is asked',
      }),
    ),
    labels: Type.Optional(
      Type.Object(
        { application: label, service: label, target: label, cloud: label, region: label },
        { ...closed, description: 'Labels that say whose a series is; default: application and service' },
      ),
    ),
    queries: Type.Optional(
      Type.Unsafe<Partial<Record<MetricName, string>>>(
        Type.Object(Object.fromEntries(metricNames.map((name) => [name, query])), {
          ...closed,
          description: 'PromQL in place of ours; {{selector}} and {{by}} are filled in, an empty text leaves it out',
        }),
      ),
    ),
  },
  closed,
);
export type PrometheusConfig = Static<typeof PrometheusConfig>;
