import { CfnOutput, Duration, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alarms, type Watched } from './alarms.ts';
import { Api } from './api.ts';
import { Bus, FunctionQueue } from './bus.ts';
import { addDashboard } from './dashboard.ts';
import { mayDeploy } from './deployer-permissions.ts';
import { ownRecords, someItems, useDocuments, useKey } from './grants.ts';
import { HubFunction } from './hub-function.ts';
import { mayServe } from './ingress-permissions.ts';
import type { HubOptions } from './options.ts';
import { Schedules } from './schedules.ts';
import { maySend } from './sending-permissions.ts';
import { Storage } from './storage.ts';
import { commandsToDeployers, everything, patternFor, typesReadBy } from './subscriptions.ts';

export interface HubStackProps extends StackProps, HubOptions {
  /** Folder of the packaged functions: `dist/functions`. */
  readonly packages: string;
  readonly reconcileSeconds: number;
}

/** Services that own records and hear events; each is a rule, a queue, dead letters and a function. */
export const services = ['placement', 'monitor', 'rollout', 'traffic', 'dr'] as const;

/** Everything of the hub in one region. */
export class HubStack extends Stack {
  readonly #options: HubStackProps;
  readonly #storage: Storage;
  readonly #bus: Bus;
  readonly #watched: Watched[] = [];

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id, props);
    this.#options = props;
    // CloudFormation's schema knows no tags on a dashboard.
    Tags.of(this).add('homeostasis:hub', props.name, { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
    this.#storage = new Storage(this, 'Storage', { name: props.name, stack: this });
    this.#bus = new Bus(this, 'Bus', { name: props.name });
    for (const service of services) this.#service(service);
    this.#deployer();
    this.#relay();
    this.#eventLog();
    this.#outbox();
    const api = this.#ingress();
    const { alarmMail: mail, name: hub } = props;
    const { key } = this.#storage;
    const alarms = new Alarms(this, 'Alarms', {
      hub,
      key,
      watched: this.#watched,
      ...(mail === undefined ? {} : { mail }),
    });
    addDashboard(this, hub, { alarms, watched: this.#watched });
    new CfnOutput(this, 'Url', { value: api.url, description: 'homeostasis --hub <this>' });
    new CfnOutput(this, 'Region', { value: this.region });
  }

  /** A function, its log and role; every one may use the hub's key. */
  #function(name: string, more: { memory?: number; seconds?: number; concurrency?: number } = {}): HubFunction {
    const { name: hub, packages } = this.#options;
    const made = new HubFunction(this, pascal(name), {
      name,
      hub,
      packages,
      key: this.#storage.key,
      memory: more.memory ?? 512,
      timeout: Duration.seconds(more.seconds ?? 60),
      environment: {
        HOMEOSTASIS_TABLE: this.#storage.table.tableName,
        HOMEOSTASIS_BUS: this.#bus.name,
        HOMEOSTASIS_DOCUMENTS: this.#storage.documents.bucketName,
      },
      ...(more.concurrency === undefined ? {} : { concurrency: more.concurrency }),
    });
    useKey(made, this.#storage);
    return made;
  }

  #queued(fn: HubFunction, { seconds = 60, batchSize = 10 } = {}): FunctionQueue {
    const { name: hub } = this.#options;
    const queue = new FunctionQueue(this, `${pascal(fn.name)}Queue`, {
      name: `${hub}-${fn.name}`,
      key: this.#storage.key,
      timeout: Duration.seconds(seconds),
    });
    fn.reads(queue, { batchSize });
    this.#watched.push({ fn, queue });
    return queue;
  }

  #service(service: (typeof services)[number]): void {
    // A shift is confirmed when the name servers have it and resolvers have forgotten: a minute or two, waited for in the function, so
    // that it takes one at a time.
    const seconds = service === 'traffic' ? 180 : 60;
    const fn = this.#function(service, { memory: service === 'placement' ? 1769 : 512, seconds });
    this.#bus.rule(
      service,
      patternFor(typesReadBy(service)),
      this.#queued(fn, { seconds, batchSize: service === 'traffic' ? 1 : 10 }),
    );
    ownRecords(fn, this.#storage);
    useDocuments(fn, this.#storage, service === 'placement' ? 'read and write' : 'read');
    if (service === 'traffic') this.#dns(fn);
  }

  #dns(fn: HubFunction): void {
    const { zone } = this.#options;
    if (zone === undefined) return;
    fn.lambda.addEnvironment('HOMEOSTASIS_HOSTED_ZONE_ID', zone.id);
    fn.lambda.addEnvironment('HOMEOSTASIS_HOSTED_ZONE_NAME', zone.name);
    const arn = `arn:${this.partition}:route53:::hostedzone/${zone.id}`;
    fn.allow({
      sid: 'Records',
      actions: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
      resources: [arn],
    });
    fn.allow({
      sid: 'Propagation',
      actions: ['route53:GetChange'],
      resources: [`arn:${this.partition}:route53:::change/*`],
      why: 'A change has an id only once it was made.',
    });
  }

  #deployer(): void {
    const fn = this.#function('deployer-aws', { seconds: 120 });
    const queue = this.#queued(fn, { seconds: 120 });
    this.#bus.rule('deployer-aws', patternFor(typesReadBy('deployer-aws'), ['aws']), queue);
    useDocuments(fn, this.#storage, 'read and write');
    fn.allow({ sid: 'Report', actions: ['events:PutEvents'], resources: [this.#bus.arn] });
    const { deployerAws } = this.#options;
    fn.lambda.addEnvironment('HOMEOSTASIS_AWS_SETTINGS', JSON.stringify(deployerAws));
    const roles = Object.values((deployerAws['roles'] ?? {}) as Record<string, string>);
    const { partition, account } = this;
    mayDeploy(fn, { partition, account, roles, cluster: String(deployerAws['cluster'] ?? 'homeostasis') });
  }

  /** Takes commands to the deployers that live in Azure and Google Cloud, under an identity that they trust. */
  #relay(): void {
    const { remote } = this.#options;
    const clouds = (['azure', 'gcp'] as const).filter((cloud) => remote[cloud] !== undefined);
    if (clouds.length === 0) return;
    const fn = this.#function('relay', { seconds: 120 });
    this.#bus.rule('relay', patternFor(commandsToDeployers(), clouds), this.#queued(fn, { seconds: 120 }));
    useDocuments(fn, this.#storage, 'read');
    fn.lambda.addEnvironment('HOMEOSTASIS_RELAY', JSON.stringify(remote));
    const audiences = clouds.map((cloud) =>
      cloud === 'azure' ? 'api://AzureADTokenExchange' : (remote.gcp?.provider ?? ''),
    );
    fn.allow({
      sid: 'Identify',
      actions: ['sts:GetWebIdentityToken'],
      resources: ['*'],
      conditions: { 'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': audiences } },
      why: 'A token is asked for, not a resource; what it is good for is its audience, which is bound.',
    });
  }

  /** One at a time, because it counts the entries. */
  #eventLog(): void {
    const fn = this.#function('event-log', { concurrency: 1 });
    this.#bus.rule('event-log', everything, this.#queued(fn));
    someItems(fn, this.#storage, {
      sid: 'LogEntries',
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem', 'BatchGetItem', 'BatchWriteItem'],
      keys: ['log', 'log#*'],
    });
    useDocuments(fn, this.#storage, 'read');
  }

  #outbox(): void {
    const { name: hub, reconcileSeconds } = this.#options;
    const { key, table } = this.#storage;
    const outbox = this.#function('outbox');
    outbox.lambda.addEventSource(
      new DynamoEventSource(table as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        // What is given up here after a few tries is swept up a minute later.
        retryAttempts: 10,
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual('INSERT'),
            dynamodb: { NewImage: { kind: { S: FilterRule.isEqual('outbox') } } },
          }),
        ],
      }),
    );
    this.#watched.push({ fn: outbox });
    const delayed = this.#function('delayed');
    const { queue } = this.#queued(delayed);
    const schedules = new Schedules(this, 'Schedules', {
      hub,
      bus: this.#bus,
      key,
      outbox,
      delayQueue: queue,
      reconcileSeconds,
    });
    someItems(outbox, this.#storage, {
      sid: 'Outbox',
      actions: ['Query', 'DeleteItem', 'BatchWriteItem'],
      keys: ['*#outbox#*'],
    });
    const sending = { bus: this.#bus, storage: this.#storage, schedules, delayQueue: queue };
    for (const fn of [outbox, delayed]) maySend(fn, sending);
  }

  #ingress(): Api {
    const { name: hub, issuers } = this.#options;
    const fn = this.#function('ingress', { memory: 1024, seconds: 30 });
    mayServe(fn, { storage: this.#storage, services, watched: this.#watched });
    this.#watched.push({ fn });
    return new Api(this, 'Api', { hub, ingress: fn.lambda, issuers, key: this.#storage.key });
  }
}

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
