import { Type, type Static } from 'typebox';

/** Shared value schemas: each is a name the field uses, with its rule in one place. */

/** RFC 1123 label, as Kubernetes names are: what every cloud's naming rules can be derived from. */
export const Name = Type.String({
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  minLength: 1,
  maxLength: 40,
  description: 'Lower-case letters, digits and hyphens; starts and ends with a letter or digit; at most 40 characters.',
});

export const CloudName = Type.Union([
  Type.Literal('aws'),
  Type.Literal('azure'),
  Type.Literal('gcp'),
  Type.Literal('private'),
]);
export type CloudName = Static<typeof CloudName>;
export const cloudNames: readonly CloudName[] = ['aws', 'azure', 'gcp', 'private'];

/** `cloud/region/runtime`, for example `aws/eu-west-1/fargate`. */
export const TargetId = Type.String({
  pattern: '^[a-z]+/[a-z0-9-]+/[a-z0-9-]+$',
  maxLength: 120,
  description: 'cloud/region/runtime, for example aws/eu-west-1/fargate',
});

/** What an exclusion covers: `aws`, `aws/eu-west-1` or `aws/eu-west-1/fargate`. */
export const TargetScope = Type.String({
  pattern: '^[a-z]+(/[a-z0-9-]+){0,2}$',
  maxLength: 120,
  description: 'A cloud, a cloud/region, or a target cloud/region/runtime',
});

/** What answers or falls silent as one: `aws/eu-west-1`. */
export const RegionScope = Type.String({
  pattern: '^[a-z]+/[a-z0-9-]+$',
  maxLength: 120,
  description: 'cloud/region, for example aws/eu-west-1',
});

/** Counts up by one with every accepted change of an application; commands and resources carry it to fence off stale ones. */
export const Generation = Type.Integer({ minimum: 1 });

export const Tier = Type.Union([Type.Literal('critical'), Type.Literal('standard'), Type.Literal('best-effort')]);
export type Tier = Static<typeof Tier>;

/** Content-addressed pointer to a stored document: bodies beyond the event limit travel by reference (claim check). */
export const DocumentRef = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    bytes: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);
export type DocumentRef = Static<typeof DocumentRef>;

/** Identity of one service on one target, spelled `application/service/cloud/region/runtime` as an event subject. */
export const deploymentIdentity = {
  application: Name,
  service: Name,
  target: TargetId,
  generation: Generation,
};

export interface DeploymentIdentity {
  readonly application: string;
  readonly service: string;
  readonly target: string;
}

export function deploymentId(of: DeploymentIdentity): string {
  return `${of.application}/${of.service}/${of.target}`;
}

export function cloudOf(target: string): string {
  return target.slice(0, target.indexOf('/'));
}

/** Conditions carry why; Ready is derived from them, never stored. */
export const ConditionStatus = Type.Union([Type.Literal('True'), Type.Literal('False'), Type.Literal('Unknown')]);
export type ConditionStatus = Static<typeof ConditionStatus>;

export const Replicas = Type.Object(
  { desired: Type.Integer({ minimum: 0 }), ready: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
