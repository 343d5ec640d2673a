import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;

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
// A union built by a map has no static type of its own: it is stated.
export const ComplianceFramework = Type.Unsafe<(typeof complianceFrameworks)[number]>(
  Type.Union(complianceFrameworks.map((name) => Type.Literal(name))),
);

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
    minimumClouds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 4,
        description: 'Distinct clouds the service stands on at least; default 1',
      }),
    ),
    minimumRegions: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 20,
        description: 'Distinct regions the service stands in at least; default minimumClouds',
      }),
    ),
    clouds: Type.Optional(AllowDeny),
    regions: Type.Optional(AllowDeny),
    compliance: Type.Optional(
      Type.Array(ComplianceFramework, { description: 'Programmes every chosen runtime must be in' }),
    ),
    latency: Type.Optional(Type.Array(LatencyBound, { description: 'Bounds that every chosen region meets' })),
    maxMonthlyCost: Type.Optional(
      Type.Number({ minimum: 0, description: 'US dollars a month for this service, a warm standby included' }),
    ),
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
