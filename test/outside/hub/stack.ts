import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../check.ts';
import { must } from '../command.ts';
import { account, region } from './synthesise.ts';
import { forMoto, type Properties, type Template } from './template-for-moto.ts';

export type Environment = Readonly<Record<string, string>>;

/** One function as the stack has made it. */
export interface DeployedFunction {
  readonly name: string;
  readonly environment: Environment;
  readonly timeoutMs: number;
  readonly memoryGb: number;
}

/** What a function is invoked by, from the event source mappings of the template. */
export type Source =
  | { readonly kind: 'queue'; readonly function: string; readonly queue: string; readonly batchSize: number }
  | {
      readonly kind: 'stream';
      readonly function: string;
      readonly table: string;
      readonly batchSize: number;
      readonly attempts: number;
      readonly patterns: readonly Properties[];
    };

export interface Stack {
  readonly functions: readonly DeployedFunction[];
  readonly sources: readonly Source[];
  /** Gaps of moto's that the template no longer meets. */
  readonly unmet: readonly string[];
}

const keys = {
  AWS_ACCESS_KEY_ID: 'outside',
  AWS_SECRET_ACCESS_KEY: 'outside',
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

/** The `aws` command line tool on an emulator. @returns its parsed answer. */
export async function awsCli<T>(stage: Stage, endpoint: string, ...args: string[]): Promise<T> {
  const said = await must(stage, ['aws', '--endpoint-url', endpoint, '--output', 'json', ...args], keys);
  return (said.trim() === '' ? {} : JSON.parse(said)) as T;
}

/**
 * CloudFormation in moto makes the stack of our template; what the functions get is what it has made of the references.
 * @throws Error when a resource is not made.
 */
export async function createStack(stage: Stage, endpoint: string, ours: Template): Promise<Stack> {
  const { template, unmet } = forMoto(ours);
  const file = join(stage.folder, 'for-moto.json');
  writeFileSync(file, JSON.stringify(template));
  const aws = <T>(...args: string[]) => awsCli<T>(stage, endpoint, ...args);
  const named = ['--stack-name', 'homeostasis'];
  const body = ['--template-body', `file://${file}`, '--capabilities', 'CAPABILITY_NAMED_IAM'];
  await aws('cloudformation', 'create-stack', ...named, ...body);
  const { StackResources } = await aws<{ StackResources: readonly { readonly LogicalResourceId: string }[] }>(
    'cloudformation',
    'describe-stack-resources',
    ...named,
  );
  const made = new Set(StackResources.map(({ LogicalResourceId }) => LogicalResourceId));
  const missing = Object.keys(template.Resources).filter((id) => !made.has(id));
  if (missing.length > 0) throw new Error(`moto's CloudFormation made everything but ${missing.join(', ')}`);
  const { Functions } = await aws<{ Functions: readonly Configuration[] }>('lambda', 'list-functions');
  return {
    functions: Functions.map(deployed),
    sources: sourcesOf(ours),
    unmet: unmet.map(({ types }) => types.join(', ')),
  };
}

interface Configuration {
  readonly FunctionName: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Environment: { readonly Variables: Environment };
}

const deployed = ({ FunctionName, Timeout, MemorySize, Environment }: Configuration): DeployedFunction => ({
  name: shortName(FunctionName),
  environment: Environment.Variables,
  timeoutMs: Timeout * 1000,
  memoryGb: MemorySize / 1024,
});

/** `homeostasis-event-log` → `event-log`, as its folder is called. */
const shortName = (name: string): string => name.replace(/^homeostasis-/, '');

/** Where a queue of moto's is found through another address than its own. */
export const queueUrl = (endpoint: string, queue: string): string => `${endpoint}/${account}/${queue}`;

function sourcesOf({ Resources }: Template): readonly Source[] {
  const propertiesOf = (id: unknown): Properties => Resources[String(id)]?.Properties ?? {};
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(({ Properties: mapping = {} }) => {
      const of = propertiesOf((mapping['FunctionName'] as { readonly Ref: string }).Ref);
      const [origin] = (mapping['EventSourceArn'] as { readonly 'Fn::GetAtt': readonly [string, string] })[
        'Fn::GetAtt'
      ];
      const common = {
        function: shortName(String(of['FunctionName'])),
        batchSize: Number(mapping['BatchSize']),
      };
      const { QueueName, TableName } = propertiesOf(origin) as {
        readonly QueueName?: string;
        readonly TableName?: string;
      };
      if (QueueName !== undefined) return { kind: 'queue', queue: QueueName, ...common };
      const { Filters = [] } = (mapping['FilterCriteria'] ?? {}) as {
        readonly Filters?: readonly { Pattern: string }[];
      };
      const patterns = Filters.map(({ Pattern }) => JSON.parse(Pattern) as Properties);
      const attempts = 1 + Number(mapping['MaximumRetryAttempts'] ?? 0);
      return { kind: 'stream', table: String(TableName), attempts, patterns, ...common };
    });
}
