import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { TargetNotFound } from '../../shared/ports/cloud-target.ts';
import { partitionOf } from './names.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });

/** Where tasks of one region get their addresses. */
const AwsNetwork = Type.Object(
  {
    /** VPC of the subnets, for target groups; absent: the one that the load balancer reports. */
    vpc: Type.Optional(Text),
    subnets: Type.Optional(Type.Array(Text, { maxItems: 16 })),
    /**
     * Where the load balancers stand, those of Express services included; absent: in `subnets`. Balancers face the internet, so tasks
     * in private subnets need public ones beside them: in a private subnet a balancer is made, and nobody outside reaches it.
     */
    publicSubnets: Type.Optional(Type.Array(Text, { maxItems: 16 })),
    securityGroups: Type.Optional(Type.Array(Text, { maxItems: 5 })),
    /** Of network load balancers; without any, those of the tasks alone decide who may connect. */
    balancerSecurityGroups: Type.Optional(Type.Array(Text, { maxItems: 5 })),
    /** Fargate tasks in public subnets need one to pull images; default false: private subnets with a way out. */
    assignPublicIp: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type AwsNetwork = Static<typeof AwsNetwork>;

/** What the deployer has to know about an account; field names are those of `clouds.aws` in homeostasis.yaml. */
const AwsSettings = Type.Object(
  {
    /** Regions this deployer may touch; absent: any. */
    regions: Type.Optional(Type.Array(Text, { minItems: 1 })),
    /** Twelve digits; needed for services with secrets, with container logs, and for Express services without given roles. */
    account: Type.Optional(Type.String({ pattern: '^[0-9]{12}$' })),
    /** ECS cluster in every region, created when missing. */
    cluster: Type.String({ pattern: '^[A-Za-z0-9_-]{1,255}$' }),
    /** By region; `defaultNetwork` serves the others (a sandbox takes any). */
    networks: Type.Optional(Type.Record(Type.String(), AwsNetwork)),
    defaultNetwork: Type.Optional(AwsNetwork),
    roles: Type.Optional(
      Type.Object(
        {
          /** Pulls images, reads secrets, writes logs; default `ecsTaskExecutionRole` where one is needed. */
          execution: Type.Optional(Text),
          /** Lets ECS run load balancers for Express services; default `ecsInfrastructureRoleForExpressServices`. */
          infrastructure: Type.Optional(Text),
          /** What workloads may do, unless a service hints another. */
          task: Type.Optional(Text),
        },
        closed,
      ),
    ),
    /** Capacity provider of the container instances for `ecs-ec2`; default: the launch type EC2. */
    ec2CapacityProvider: Type.Optional(Text),
    /** CloudWatch log group for container output; without it ECS keeps none. */
    logGroup: Type.Optional(Text),
    /** Base URL in place of AWS's own, for every API or for one. */
    endpoint: Type.Optional(Text),
    endpoints: Type.Optional(
      Type.Object({ ecs: Type.Optional(Text), elbv2: Type.Optional(Text), cloudwatch: Type.Optional(Text) }),
    ),
    /** Scheme under which Express services answer, default https: AWS gives nothing else, the sandbox plain http. */
    endpointScheme: Type.Optional(Type.Union([Type.Literal('https'), Type.Literal('http')])),
    /** PEM of a certificate authority to trust in place of the well-known ones. */
    ca: Type.Optional(Text),
    /** Tries per API call, the first included; default 3. */
    maximumAttempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
  },
  closed,
);
export type AwsSettings = Static<typeof AwsSettings>;

const checker = Compile(AwsSettings);

/** @throws TypeError naming the first field that does not fit. */
export function parseSettings(value: unknown): AwsSettings {
  if (checker.Check(value)) return value;
  const [first] = checker.Errors(value);
  throw new TypeError(`AWS settings: ${first?.instancePath || '(all)'} ${first?.message ?? 'is not valid'}`);
}

/** @throws TargetNotFound when the region is not among those this deployer may touch. */
export function checkRegion({ regions }: AwsSettings, region: string): void {
  if (regions === undefined || regions.includes(region)) return;
  throw new TargetNotFound(`aws/${region} is not configured: clouds.aws.regions lists ${regions.join(', ')}`);
}

export interface Network {
  readonly vpc: string | undefined;
  readonly subnets: string[];
  readonly publicSubnets: string[];
  readonly securityGroups: string[];
  readonly balancerSecurityGroups: string[];
  readonly assignPublicIp: boolean;
}

/** Undefined when nothing is configured for the region. */
export function networkOf(settings: AwsSettings, region: string): Network | undefined {
  const found = settings.networks?.[region] ?? settings.defaultNetwork;
  return found?.subnets === undefined || found.subnets.length === 0 ? undefined : filled(found, found.subnets);
}

function filled(network: AwsNetwork, subnets: string[]): Network {
  const { vpc, publicSubnets = subnets, securityGroups = [], balancerSecurityGroups = [] } = network;
  const { assignPublicIp = false } = network;
  return { vpc, subnets, publicSubnets, securityGroups, balancerSecurityGroups, assignPublicIp };
}

/** @throws TargetNotFound */
export function requireNetwork(settings: AwsSettings, region: string): Network {
  const network = networkOf(settings, region);
  if (network !== undefined && network.securityGroups.length > 0) return network;
  throw new TargetNotFound(
    `no network is configured for aws/${region}: set clouds.aws.networks.${region}.subnets and .securityGroups`,
  );
}

/** @throws TargetNotFound */
export function requireAccount({ account }: AwsSettings, what: string): string {
  if (account !== undefined) return account;
  throw new TargetNotFound(`${what} needs the AWS account: set clouds.aws.account`);
}

/** The role that is configured, or the one AWS's console makes for this purpose. */
export function roleArn(settings: AwsSettings, region: string, role: 'execution' | 'infrastructure'): string {
  const given = settings.roles?.[role];
  if (given !== undefined) return given;
  const usual = { execution: 'ecsTaskExecutionRole', infrastructure: 'ecsInfrastructureRoleForExpressServices' }[role];
  return `arn:${partitionOf(region)}:iam::${requireAccount(settings, `the ${role} role`)}:role/${usual}`;
}
