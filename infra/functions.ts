/** What every function of the hub is deployed on, as Node calls it: the cheaper of Lambda's two. */
export const processor = 'arm64' as const;

/** The functions of the AWS hub, as data: what `npm run package` bundles, what infra/aws deploys, and what the budgets are held against. */
export interface HubFunction {
  /** Folder in dist/functions. */
  readonly name: string;
  /** From the root of the repository; exports `handler`. */
  readonly entry: string;
  /** The clients of the AWS SDK that it needs, and it may hold no other: `dynamodb` for @aws-sdk/client-dynamodb. */
  readonly clients: readonly string[];
  /** Of other clouds' SDKs, by package: what it signs in with there. */
  readonly signIn?: Readonly<Record<string, readonly string[]>>;
  /** What invokes it. */
  readonly source: 'queue' | 'stream' | 'http' | 'schedule';
  /** What it imports when it is first needed stands in files of its own, and is no part of its start. */
  readonly inParts?: true;
  /** Further clients of the AWS SDK, in such files alone: those of a hub that has a standby hub, or of what is configured. */
  readonly later?: readonly string[];
  /** A package with a library of machine code that lies beside the bundle, without what ends its name: `-linux-arm64`. */
  readonly native?: string;
  /** Data it reads beside its configuration: `consumers.json`, who reads which events. */
  readonly consumers?: true;
}

/** Records, documents, and the queue that it reads, hides messages of and puts them aside from. */
const service = (name: string, more: readonly string[] = []): HubFunction => ({
  name,
  entry: `services/${name}/main.lambda.ts`,
  clients: ['dynamodb', 's3', 'sqs', ...more],
  source: 'queue',
});

/** How events leave the hub's own functions: at once, from the delay queue, or by the Scheduler; large ones as documents. */
const sending = ['eventbridge', 's3', 'scheduler', 'sqs'];

/** What signs in to other clouds. */
const otherClouds = {
  '@azure/identity': ['ClientAssertionCredential'],
  'google-auth-library': ['IdentityPoolClient', 'Impersonated'],
} as const;

export const hubFunctions: readonly HubFunction[] = [
  { ...service('placement'), inParts: true },
  service('monitor'),
  service('rollout'),
  service('traffic', ['route-53']),
  service('dr'),
  {
    ...service('cost'),
    inParts: true,
    later: ['cost-explorer', 'pricing', 'sts'],
    native: '@duckdb/node-bindings',
  },
  {
    name: 'deployer-aws',
    entry: 'services/deployer-aws/main.lambda.ts',
    clients: ['cloudwatch', 'ecs', 'elastic-load-balancing-v2', 'eventbridge', 's3', 'sqs'],
    source: 'queue',
    inParts: true,
    later: ['dynamodb'],
  },
  { name: 'outbox', entry: 'services/outbox/main.lambda.ts', clients: ['dynamodb', ...sending], source: 'stream' },
  {
    name: 'delayed',
    entry: 'services/outbox/main.delayed.lambda.ts',
    clients: sending,
    source: 'queue',
    inParts: true,
    later: ['dynamodb'],
  },
  { ...service('event-log'), consumers: true },
  {
    name: 'relay',
    entry: 'services/relay/main.lambda.ts',
    clients: ['s3', 'sqs', 'sts'],
    signIn: otherClouds,
    source: 'queue',
    inParts: true,
    later: ['dynamodb'],
  },
  { ...service('ingress'), source: 'http', consumers: true, inParts: true, later: ['sts'] },
];

/**
 * What keeps two hubs one, only where `hub.standby` is: docs/adr/0013-hub-region-loss.md. Packaged and deployed beside the others.
 */
export const standbyFunctions: readonly HubFunction[] = [
  {
    name: 'lease',
    entry: 'services/standby/main.lease.lambda.ts',
    clients: ['dynamodb', 'sts'],
    signIn: otherClouds,
    source: 'schedule',
    consumers: true,
  },
  { name: 'follower', entry: 'services/standby/main.follower.lambda.ts', clients: ['dynamodb'], source: 'stream' },
  { name: 'resync', entry: 'services/standby/main.resync.lambda.ts', clients: ['dynamodb'], source: 'schedule' },
];

/** The functions of a hub: more of them when it is one of two. */
export const functionsOf = (hub: { readonly standby?: unknown } = {}): readonly HubFunction[] =>
  hub.standby === undefined ? hubFunctions : [...hubFunctions, ...standbyFunctions];
