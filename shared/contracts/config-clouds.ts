import { Type } from 'typebox';

const closed = { additionalProperties: false } as const;

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description }));
const url = (description: string) =>
  Type.Optional(Type.String({ pattern: '^https?://[^\\s/]+', maxLength: 2048, description: `a URL: ${description}` }));
const guid = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
      description: `a GUID: ${description}`,
    }),
  );
const region = '^[a-z0-9-]+$';
const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 50, description }));

const every = {
  enabled: Type.Optional(Type.Boolean({ description: 'Whether anything may be placed there' })),
  regions: Type.Optional(
    Type.Array(Type.String({ pattern: region }), {
      minItems: 1,
      maxItems: 100,
      description: 'Only these regions; default all the catalogue knows',
    }),
  ),
  endpointScheme: Type.Optional(
    Type.Union([Type.Literal('http'), Type.Literal('https')], {
      description: 'Scheme of the URLs under which deployed services answer',
    }),
  ),
};

const AwsConfig = Type.Object(
  {
    ...every,
    account: Type.Optional(Type.String({ pattern: '^[0-9]{12}$', description: 'the twelve digits of an AWS account' })),
    endpoint: url('of every AWS API, in place of the public ones'),
    endpoints: Type.Optional(
      Type.Object(
        {
          ecs: url('of ECS'),
          elbv2: url('of Elastic Load Balancing'),
          cloudwatch: url('of CloudWatch'),
        },
        { ...closed, description: 'Single APIs, over endpoint' },
      ),
    ),
    caFile: text('PEM file with the certificate authority to trust'),
    cluster: text('ECS cluster that services run in'),
    ec2CapacityProvider: text('Capacity provider of the container instances for ecs-ec2'),
    logGroup: text('CloudWatch log group for container output; without it none is kept'),
    networks: Type.Optional(
      Type.Record(
        Type.String({ pattern: region }),
        Type.Object(
          {
            vpc: text('VPC of the subnets; only services behind a network load balancer need it'),
            subnets: names('Subnet ids, of tasks'),
            publicSubnets: names(
              'Subnet ids, of load balancers and Express services, which face the internet; default subnets',
            ),
            securityGroups: names('Security group ids'),
            balancerSecurityGroups: names('Security groups of network load balancers'),
            assignPublicIp: Type.Optional(
              Type.Boolean({ description: 'Tasks in public subnets need one to pull images; default false' }),
            ),
          },
          { ...closed, description: 'Network of a region' },
        ),
        { ...closed, description: 'By region: where tasks are attached' },
      ),
    ),
    roles: Type.Optional(
      Type.Object(
        {
          execution: text('ARN: pulls images, reads secrets, writes logs'),
          infrastructure: text('ARN: lets ECS manage load balancers'),
          task: text('ARN: what workloads may do, unless a service hints another'),
        },
        { ...closed, description: 'IAM roles' },
      ),
    ),
  },
  { ...closed, description: 'Amazon Web Services' },
);

const AzureConfig = Type.Object(
  {
    ...every,
    subscription: guid('of the subscription'),
    tenant: guid('of the tenant to sign in to'),
    resourceGroup: text('Resource group that everything is put in'),
    resourceGroupLocation: text('Where the resource group is made when it is missing; absent: it must exist'),
    createEnvironments: Type.Optional(
      Type.Boolean({ description: 'Make a missing managed environment; default true' }),
    ),
    keyVaultUrl: url('of the vault that secret references lead to (https://name.vault.azure.net)'),
    identity: text('Resource id of the user-assigned identity that reads the vault and the registries'),
    registries: names('Private registries that the identity may pull from'),
    environments: Type.Optional(
      Type.Record(Type.String({ pattern: region }), Type.String({ minLength: 1, maxLength: 500 }), {
        ...closed,
        description: 'By region: name of the Container Apps environment',
      }),
    ),
    endpoint: url('of Azure Resource Manager'),
    authorityHost: url('of the identity platform to sign in to, in place of the public one'),
    caFile: text('PEM file with the certificate authority to trust'),
  },
  { ...closed, description: 'Microsoft Azure' },
);

const GcpConfig = Type.Object(
  {
    ...every,
    project: Type.Optional(
      Type.String({ pattern: '^[a-z][a-z0-9-]{4,28}[a-z0-9]$', description: 'the id of a Google Cloud project' }),
    ),
    endpoint: url('of the Cloud Run Admin API over REST'),
    grpcEndpoint: Type.Optional(
      Type.String({
        pattern: '^[^\\s/]+:[0-9]+$|^https?://[^\\s/]+',
        description: 'host:port or a URL, of the same over gRPC',
      }),
    ),
    transport: Type.Optional(
      Type.Union([Type.Literal('rest'), Type.Literal('grpc')], {
        description: 'How the Cloud Run Admin API is called',
      }),
    ),
    serviceAccount: text(
      'E-mail address of the account that services run as, unless one hints another; default: the project’s compute account',
    ),
    public: Type.Optional(
      Type.Boolean({
        description: 'Anybody may call the services, as the traffic gateway must; default true',
      }),
    ),
    remoteRepositories: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z0-9.-]+$' }), Type.String({ minLength: 1, maxLength: 500 }), {
        ...closed,
        description:
          'Registry host to the Artifact Registry remote repository that stands in for it (ghcr.io: europe-docker.pkg.dev/project/ghcr)',
      }),
    ),
  },
  { ...closed, description: 'Google Cloud' },
);

export const CloudsConfig = Type.Object(
  { aws: Type.Optional(AwsConfig), azure: Type.Optional(AzureConfig), gcp: Type.Optional(GcpConfig) },
  {
    ...closed,
    description: 'The clouds. Credentials are never written here: each SDK finds its own (roles, managed identities)',
  },
);
