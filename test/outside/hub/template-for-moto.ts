/** A CloudFormation template, as far as it is read here. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
}

export type Properties = Readonly<Record<string, unknown>>;

/** What moto 5.2.1 does otherwise than CloudFormation, for every resource of a type. */
export interface TemplateGap {
  readonly types: readonly string[];
  readonly moto: string;
  /** What then stands for it in the check, or why nothing has to. */
  readonly instead: string;
  /** What moto is given in place of the properties; absent: the resources are left out. */
  readonly rewrite?: (properties: Properties) => Properties;
}

/**
 * All that moto is given otherwise than our template says it. A gap that meets no resource fails the check: it is to be removed.
 * Source: moto 5.2.1, moto/cloudformation/parsing.py and the `create_from_cloudformation_json` of each model.
 */
export const templateGaps: readonly TemplateGap[] = [
  {
    types: ['AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGatewayV2::Authorizer'],
    moto: 'has the API calls and no CloudFormation support for them, and serves no requests',
    instead: 'api-gateway.ts serves the routes of the template and verifies tokens by its authorizers',
  },
  {
    types: ['AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Stage', 'AWS::Lambda::Permission'],
    moto: 'has no integrations or stages in CloudFormation, and asks no function policy whether it may be invoked',
    instead:
      'api-gateway.ts invokes the function that the integration names; infra/aws/hub-stack.test.ts holds the rest',
  },
  {
    types: ['AWS::Lambda::EventSourceMapping'],
    moto: 'invokes the function itself, in Docker, and deletes the messages whatever the function reported',
    instead: 'event-sources.ts polls queues and stream as the mappings of the template say',
  },
  {
    types: ['AWS::Scheduler::Schedule', 'AWS::Scheduler::ScheduleGroup'],
    moto: 'does not make them by CloudFormation, and no schedule ever fires',
    instead: 'the group is made by its API; schedules.ts fires what the template says',
  },
  {
    types: ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy'],
    moto: 'does not make them by CloudFormation, and lets everybody do everything',
    instead: 'infra/aws/hub-stack.test.ts holds who may do what',
  },
  {
    types: ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::Dashboard', 'AWS::SNS::Topic'],
    moto: 'makes no alarms by CloudFormation and evaluates none',
    instead: 'infra/aws/hub-stack.test.ts holds alarms and dashboard; nothing on the path reads them',
  },
  {
    types: ['AWS::Lambda::Function'],
    moto: 'takes code from a bucket that must hold it, and would run it in Docker',
    instead:
      'functions.ts runs the packaged folder under AWS’s own runtime client, with the environment that moto made of this',
    rewrite: (properties) => ({ ...properties, Code: { ZipFile: 'run by functions.ts' } }),
  },
  {
    types: ['AWS::KMS::Key'],
    moto: 'reads a key’s tags as its own API spells them (TagKey), and fails on CloudFormation’s spelling',
    instead: 'a key without tags',
    rewrite: ({ Tags: _tags, ...properties }) => properties,
  },
  {
    types: ['AWS::SQS::Queue'],
    moto: 'returns messages after the queue’s visibility timeout also when a function ended badly: minutes',
    instead: 'half a minute, so that what a crash left is seen again within the check',
    rewrite: (properties) =>
      'VisibilityTimeout' in properties ? { ...properties, VisibilityTimeout: 30 } : properties,
  },
];

/** What the CDK adds for its own bootstrap, and outputs, whose resources are left out. */
const parts = ['Resources', 'AWSTemplateFormatVersion', 'Description'];

export interface ForMoto {
  readonly template: Template;
  /** Gaps that met no resource. */
  readonly unmet: readonly TemplateGap[];
  readonly leftOut: readonly string[];
}

/** The template as moto can take it. @throws Error for a resource that stays and refers to one that is left out. */
export function forMoto(template: Template, gaps: readonly TemplateGap[] = templateGaps): ForMoto {
  const gapOf = ({ Type }: Resource) => gaps.find(({ types }) => types.includes(Type));
  const all = Object.entries(template.Resources);
  const isLeftOut = (resource: Resource): boolean => {
    const gap = gapOf(resource);
    return gap !== undefined && gap.rewrite === undefined;
  };
  const leftOut = all.filter(([, resource]) => isLeftOut(resource)).map(([id]) => id);
  const kept = all.filter(([id]) => !leftOut.includes(id)).map(([id, resource]) => [id, rewritten(resource)] as const);
  function rewritten(resource: Resource): Resource {
    const rewrite = gapOf(resource)?.rewrite;
    return rewrite === undefined ? resource : { ...resource, Properties: rewrite(resource.Properties ?? {}) };
  }
  for (const [id, resource] of kept) mustStandAlone(id, resource, new Set(leftOut));
  const rest = Object.entries(template).filter(([part]) => parts.includes(part));
  return {
    template: { ...Object.fromEntries(rest), Resources: Object.fromEntries(kept) },
    unmet: gaps.filter(({ types }) => !types.every((type) => all.some(([, { Type }]) => Type === type))),
    leftOut,
  };
}

function mustStandAlone(id: string, resource: Resource, leftOut: ReadonlySet<string>): void {
  const lost = referencesIn(resource).find((name) => leftOut.has(name));
  if (lost !== undefined) throw new Error(`${id} refers to ${lost}, which moto is not given: see templateGaps`);
}

/** Logical ids that a resource refers to. */
export function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [String((inner as readonly unknown[])[0])];
    return referencesIn(inner);
  });
}
