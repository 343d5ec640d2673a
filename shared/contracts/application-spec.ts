import { Type, type Static } from 'typebox';
import { Constraints } from './constraints.ts';
import { RecoveryTargets } from './recovery-values.ts';
import { ScheduledReplicas } from './scheduled-replicas.ts';
import { Name, TargetId, Tier } from './values.ts';
import { CloudHints, PortProtocol, SecretRef, Volume } from './workload.ts';

const closed = { additionalProperties: false } as const;

export * from './constraints.ts';

/** The document a user writes. This schema is published: editors complete and validate with it. */

export const Quantity = Type.Union(
  [Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' }), Type.Number({ minimum: 0 })],
  {
    description: 'a Kubernetes quantity, for example 250m or 0.25 for cpu, 512Mi or 1Gi for memory',
  },
);

export const HealthCheckSpec = Type.Object(
  {
    path: Type.String({ pattern: '^/', maxLength: 255, description: 'an HTTP path that begins with /' }),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'Default the first HTTP port, else the first port' }),
    ),
    intervalSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300, description: 'Default 10' })),
    timeoutSeconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 60, description: 'Default 5, or the interval where that is shorter' }),
    ),
    failureThreshold: Type.Optional(Type.Integer({ minimum: 1, maximum: 10, description: 'Default 3' })),
    initialDelaySeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600, description: 'Default 0' })),
  },
  closed,
);

export const Strategy = Type.Object(
  {
    /** How traffic moves to a new revision's targets once they are ready. */
    type: Type.Union([Type.Literal('rolling'), Type.Literal('canary')], {
      description: 'How traffic moves to the targets of a new revision once they are ready: at once, or in steps',
    }),
    /** Percentages of traffic on the new targets, step by step, for canary. */
    steps: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), {
        minItems: 1,
        maxItems: 20,
        description: 'For canary: percent of traffic on the new targets, ascending, the last 100; default 10, 50, 100',
      }),
    ),
    stepSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86400,
        description: 'For canary: how long each step is watched; default 60',
      }),
    ),
    progressDeadlineSeconds: Type.Optional(
      Type.Integer({
        minimum: 5,
        maximum: 86400,
        description: 'A revision that is not ready by then is rolled back; default by tier, 600',
      }),
    ),
  },
  closed,
);

export const Link = Type.Object(
  {
    to: Name,
    gbPerMonth: Type.Number({ minimum: 0, maximum: 10_000_000, description: 'Traffic to that service, GB a month' }),
  },
  closed,
);

/** One number, or a range with what is expected in it. */
const amount = (maximum: number, description: string) => {
  const one = Type.Number({ minimum: 0, maximum });
  return Type.Union([one, Type.Object({ low: one, expected: one, high: one }, closed)], { description });
};

export const Service = Type.Object(
  {
    name: Name,
    image: Type.String({ minLength: 1, maxLength: 512, description: 'a container image, as a registry names it' }),
    command: Type.Optional(Type.Array(Type.String(), { description: "Replaces the image's entry point" })),
    args: Type.Optional(Type.Array(Type.String(), { description: "Replaces the image's arguments" })),
    replicas: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'Over all targets; default 1 (critical: 2), or as many as minimumClouds and minimumRegions need',
      }),
    ),
    resources: Type.Optional(
      Type.Object(
        { cpu: Type.Optional(Quantity), memory: Type.Optional(Quantity) },
        {
          ...closed,
          description: 'Of one replica; default 250m and 512Mi. Placement fits them to the sizes a runtime allows',
        },
      ),
    ),
    env: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
        Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
          description: 'text, a number, true or false',
        }),
        closed,
      ),
    ),
    secrets: Type.Optional(Type.Array(SecretRef)),
    ports: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.Optional(Name),
            port: Type.Integer({ minimum: 1, maximum: 65535 }),
            protocol: Type.Optional(PortProtocol),
          },
          closed,
        ),
      ),
    ),
    volumes: Type.Optional(Type.Array(Volume)),
    healthCheck: Type.Optional(HealthCheckSpec),
    strategy: Type.Optional(Strategy),
    constraints: Type.Optional(Constraints),
    tier: Type.Optional(Tier),
    recovery: Type.Optional(RecoveryTargets),
    spot: Type.Optional(Type.Boolean({ description: 'Interruptible capacity is acceptable' })),
    stateless: Type.Optional(
      Type.Boolean({
        description:
          'Keeps nothing between requests; default true unless there are volumes. Only checked: true with volumes, or false with spot, is warned of',
      }),
    ),
    requestDriven: Type.Optional(
      Type.Boolean({ description: 'Works only while answering requests: may run where idle instances cost less' }),
    ),
    hints: Type.Optional(CloudHints),
    links: Type.Optional(Type.Array(Link)),
    prefer: Type.Optional(
      Type.Array(TargetId, {
        minItems: 1,
        maxItems: 5,
        description:
          'Targets it stands on where the constraints allow, first to last, before any other; a recovery may go elsewhere',
      }),
    ),
    schedule: Type.Optional(
      Type.Array(ScheduledReplicas, {
        minItems: 1,
        maxItems: 20,
        description:
          'Replica counts by time of day and week; the first that fits counts, outside of all of them `replicas`',
      }),
    ),
    usage: Type.Optional(
      Type.Object(
        {
          requestsPerSecond: Type.Optional(
            amount(10_000_000, 'a number, or low, expected and high: over all replicas, averaged over the month'),
          ),
          activeShare: Type.Optional(
            amount(1, 'a number, or low, expected and high: share of the time a replica answers a request'),
          ),
          egressGbPerMonth: Type.Optional(
            amount(10_000_000, 'a number, or low, expected and high: to the internet, GB a month'),
          ),
        },
        {
          ...closed,
          description: 'What is expected of it: a number, or low, expected and high for an estimate with a range',
        },
      ),
    ),
  },
  closed,
);
export type ServiceSpec = Static<typeof Service>;

export const Weights = Type.Object(
  {
    cost: Type.Number({ minimum: 0 }),
    performance: Type.Number({ minimum: 0 }),
    compliance: Type.Number({ minimum: 0 }),
    reliability: Type.Number({ minimum: 0 }),
  },
  closed,
);
export type Weights = Static<typeof Weights>;

export const presetNames = ['balanced', 'cost-optimized', 'performance-optimized', 'compliance-first'] as const;

export const ApplicationSpec = Type.Object(
  {
    apiVersion: Type.Literal('homeostasis.dev/v1'),
    kind: Type.Literal('Application'),
    metadata: Type.Object(
      {
        name: Name,
        labels: Type.Optional(
          Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' }), Type.String({ maxLength: 63 }), {
            ...closed,
            description: 'To select by: `status -l team=web`. Not carried to resources in the clouds',
          }),
        ),
      },
      closed,
    ),
    spec: Type.Object(
      {
        placement: Type.Optional(
          Type.Object(
            {
              preset: Type.Optional(
                Type.Unsafe<(typeof presetNames)[number]>(Type.Union(presetNames.map((name) => Type.Literal(name)))),
              ),
              weights: Type.Optional(Weights),
              /** Largest share (0 to 1) of the application's vCPUs on one cloud. */
              maxSharePerCloud: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
              minimumClouds: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
            },
            closed,
          ),
        ),
        services: Type.Array(Service, { minItems: 1, maxItems: 5000 }),
      },
      closed,
    ),
  },
  { ...closed, title: 'Homeostasis Application', description: 'One declarative application for several clouds' },
);
export type ApplicationSpec = Static<typeof ApplicationSpec>;
