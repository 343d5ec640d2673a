import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { FunctionQueue } from './bus.ts';

/** What a function has; absent: what most have. */
export interface FunctionSize {
  /** Megabytes, default 512. */
  readonly memory?: number;
  /** Default 60. */
  readonly seconds?: number;
  /** Instances at once; absent: as many as the account allows. */
  readonly concurrency?: number;
  /** Of /tmp, default 512. */
  readonly storageMiB?: number;
}

export interface HubFunctionProps extends Pick<FunctionSize, 'concurrency' | 'storageMiB'> {
  /** As in dist/functions. */
  readonly name: string;
  readonly hub: string;
  readonly key: kms.IKey;
  /** Folder that holds the packaged functions. */
  readonly packages: string;
  readonly memory: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** AWS's extension that reads secrets, of a function that has any. */
  readonly extension?: lambda.ParamsAndSecretsLayerVersion;
}

export interface Grant {
  /** What for, in one word: the statement's id. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, unknown>>;
  /** Why it has a wildcard; needed for one. */
  readonly why?: string;
}

export interface Reading {
  readonly batchSize?: number;
  /** Instances at once that are given messages, without taking any from other functions; absent: as many as there are. */
  readonly atOnce?: number;
  /** Puts what reaches it while the hub stands by at the end of its queue, with all its attempts. */
  readonly givesBack?: boolean;
}

/** One function of the hub: its bundle, its role, its log. The role may nothing that is not granted by name. */
export class HubFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly role: iam.Role;
  readonly name: string;

  constructor(scope: Construct, id: string, props: HubFunctionProps) {
    super(scope, id);
    const { name, hub, key, packages, memory, timeout, environment, concurrency, storageMiB, extension } = props;
    this.name = name;
    const logGroup = new logs.LogGroup(this, 'Log', {
      logGroupName: `/homeostasis/${hub}/${name}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      roleName: `${hub}-${name}`,
      description: `What the function ${name} of the ${hub} hub may do`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'Log',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    acknowledgeWildcard(
      this.role,
      '*',
      'X-Ray takes traces and knows no resource; Lambda adds the statement for its active tracing.',
    );
    this.lambda = new lambda.Function(this, 'Function', {
      functionName: `${hub}-${name}`,
      description: `Homeostasis: ${name}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(`${packages}/${name}`),
      memorySize: memory,
      timeout,
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      environmentEncryption: key,
      environment: { ...environment, POWERTOOLS_SERVICE_NAME: name },
      ...(storageMiB === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(storageMiB) }),
      ...(concurrency === undefined ? {} : { reservedConcurrentExecutions: concurrency }),
      ...(extension === undefined ? {} : { paramsAndSecrets: extension }),
    });
  }

  /** Reads its queue; what fails of a batch comes again, and nothing else does. */
  reads({ queue, deadLetters }: FunctionQueue, { batchSize = 10, atOnce, givesBack = false }: Reading = {}): void {
    const most = atOnce === undefined ? {} : { maxConcurrency: atOnce };
    this.lambda.addEventSource(new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true, ...most }));
    this.allow({ sid: 'PutAside', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] });
    if (givesBack) this.allow({ sid: 'GiveBack', actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    this.lambda.addEnvironment('HOMEOSTASIS_QUEUE_URL', queue.queueUrl);
    this.lambda.addEnvironment('HOMEOSTASIS_DEAD_LETTER_QUEUE_URL', deadLetters.queueUrl);
  }

  /** @throws Error for a wildcard without a written reason. */
  allow({ sid, actions, resources, conditions, why }: Grant): void {
    const statement = { sid, actions: [...actions], resources: [...resources], ...(conditions ? { conditions } : {}) };
    this.role.addToPolicy(new iam.PolicyStatement(statement));
    for (const resource of resources.filter((each) => each.includes('*'))) this.#acknowledge(sid, resource, why);
  }

  /** What a wider grant must not reach. */
  deny({ sid, actions, resources }: Omit<Grant, 'conditions' | 'why'>): void {
    const statement = { sid, actions: [...actions], resources: [...resources], effect: iam.Effect.DENY };
    this.role.addToPolicy(new iam.PolicyStatement(statement));
  }

  #acknowledge(sid: string, resource: string, why: string | undefined): void {
    if (why === undefined) throw new Error(`${this.name}: the grant ${sid} reaches ${resource}; say why`);
    acknowledgeWildcard(this.role, resource, why);
  }
}
