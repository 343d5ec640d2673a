import { Type, type Static } from 'typebox';
import { Name, Tier } from './values.ts';
import { CloudHints, PortProtocol, SecretRef, Volume } from './workload.ts';

const closed = { additionalProperties: false } as const;

/** The document a user writes. This schema is published: editors complete and validate with it. */

export const Quantity = Type.Union(
  [Type.String({ pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$' }), Type.Number({ minimum: 0 })],
  {
    description: 'Kubernetes quantity: 250m or 0.25 for CPU, 512Mi or 1Gi for memory',
  },
);

const Pattern = Type.String({
  pattern: '^[a-z0-9*/-]+$',
  maxLength: 120,
  description: 'A name or a wildcard: aws, eu-*, aws/eu-west-1, */eu-*',
});

const AllowDeny = Type.Object(
  { allow: Type.Optional(Type.Array(Pattern)), deny: Type.Optional(Type.Array(Pattern)) },
  closed,
);

export const complianceFrameworks = [
  'soc2',
  'iso27001',
  'iso27017',
  'iso27018',
  'pci-dss',
  'hipaa',
  'gdpr',
  'fedramp-moderate',
  'fedramp-high',
  'c5',
  'irap',
  'ens-high',
] as const;
export const ComplianceFramework = Type.Union(complianceFrameworks.map((name) => Type.Literal(name)));

export const LatencyBound = Type.Object(
  {
    from: Type.String({ minLength: 1, description: 'A named place, for example london or sao-paulo' }),
    maxMs: Type.Number({ minimum: 1, maximum: 1000, description: 'Round trip, milliseconds' }),
  },
  closed,
);

export const Constraints = Type.Object(
  {
    dataResidency: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z]{2,3}$' }), {
        minItems: 1,
        description: 'Jurisdictions the service may stand in: a bloc (EU) or ISO 3166 countries (DE, US)',
      }),
    ),
    minimumClouds: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
    minimumRegions: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    clouds: Type.Optional(AllowDeny),
    regions: Type.Optional(AllowDeny),
    compliance: Type.Optional(Type.Array(ComplianceFramework)),
    latency: Type.Optional(Type.Array(LatencyBound)),
    maxMonthlyCost: Type.Optional(Type.Number({ minimum: 0, description: 'US dollars a month for this service' })),
    nodes: Type.Optional(
      Type.Object(
        {
          architecture: Type.Optional(Type.Union([Type.Literal('amd64'), Type.Literal('arm64')])),
          gpu: Type.Optional(Type.Boolean()),
          runtime: Type.Optional(Type.String({ description: 'Only this runtime, for example ecs-ec2' })),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type Constraints = Static<typeof Constraints>;

export const HealthCheckSpec = Type.Object(
  {
    path: Type.String({ pattern: '^/', maxLength: 255 }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
    intervalSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
    timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
    failureThreshold: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    initialDelaySeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
  },
  closed,
);

export const Strategy = Type.Object(
  {
    /** How traffic moves to a new revision's targets once they are ready. */
    type: Type.Union([Type.Literal('rolling'), Type.Literal('canary')]),
    /** Percentages of traffic on the new targets, step by step, for canary. */
    steps: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100 }), { minItems: 1, maxItems: 20 })),
    stepSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86400 })),
    progressDeadlineSeconds: Type.Optional(Type.Integer({ minimum: 5, maximum: 86400 })),
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

export const Service = Type.Object(
  {
    name: Name,
    image: Type.String({ minLength: 1, maxLength: 512 }),
    command: Type.Optional(Type.Array(Type.String())),
    args: Type.Optional(Type.Array(Type.String())),
    replicas: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
    resources: Type.Optional(Type.Object({ cpu: Type.Optional(Quantity), memory: Type.Optional(Quantity) }, closed)),
    env: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
        Type.Union([Type.String(), Type.Number(), Type.Boolean()]),
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
    spot: Type.Optional(Type.Boolean({ description: 'Interruptible capacity is acceptable' })),
    stateless: Type.Optional(Type.Boolean()),
    requestDriven: Type.Optional(
      Type.Boolean({ description: 'Works only while answering requests: may run where idle instances cost less' }),
    ),
    hints: Type.Optional(CloudHints),
    links: Type.Optional(Type.Array(Link)),
    usage: Type.Optional(
      Type.Object(
        {
          requestsPerSecond: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000_000 })),
          activeShare: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          egressGbPerMonth: Type.Optional(Type.Number({ minimum: 0, maximum: 10_000_000 })),
        },
        closed,
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
          Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' }), Type.String({ maxLength: 63 })),
        ),
      },
      closed,
    ),
    spec: Type.Object(
      {
        placement: Type.Optional(
          Type.Object(
            {
              preset: Type.Optional(Type.Union(presetNames.map((name) => Type.Literal(name)))),
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
