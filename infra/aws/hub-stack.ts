import { CfnOutput, Duration, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { Alarms, type Watched } from './alarms.ts';
import { Api } from './api.ts';
import { Bus, FunctionQueue, receivesWhileStandingBy } from './bus.ts';
import { defaultCost } from './cost-options.ts';
import { costReading, costSize, mayAccount } from './cost.ts';
import { addDashboard } from './dashboard.ts';
import { mayDeploy } from './deployer-permissions.ts';
import { mayName } from './dns-permissions.ts';
import { fenceWithLease } from './fence.ts';
import { ownRecords, someItems, useDocuments, useKey } from './grants.ts';
import { HubFunction, type FunctionSize, type Reading } from './hub-function.ts';
import { mayServe } from './ingress-permissions.ts';
import type { HubOptions } from './options.ts';
import { readOutboxes } from './outbox-stream.ts';
import type { Pair } from './pair.ts';
import { Schedules } from './schedules.ts';
import { namesFor } from './secret-names.ts';
import { mayReadSecrets, secretsExtension } from './secrets.ts';
import { maySend } from './sending-permissions.ts';
import { mayPromise, StandbyFunctions } from './standby-functions.ts';
import { activePath, HubName } from './standby-name.ts';
import { Storage } from './storage.ts';
import { commandsToDeployers, everything, patternFor, typesReadBy } from './subscriptions.ts';
import { audienceOf, mayIdentify } from './witness.ts';

export interface HubStackProps extends StackProps, HubOptions {
  /** Folder of the packaged functions: `dist/functions`. */
  readonly packages: string;
  readonly reconcileSeconds: number;
  /** One of two hubs; absent: the only one. */
  readonly side?: Side;
}

export interface Side {
  readonly pair: Pair;
  /** Of the ground in this region. */
  readonly replicaKey: kms.IKey;
}

/** Services that own records and hear events; each is a rule, a queue, dead letters and a function. */
const alike = ['placement', 'monitor', 'rollout', 'traffic', 'dr'] as const;
export const services = [...alike, 'cost'] as const;

/** How a function reads its queue, and how old a message may get in it before somebody is told. */
type Queueing = Omit<Reading, 'givesBack'> & Pick<FunctionSize, 'seconds'> & Pick<Watched, 'oldestSeconds'>;

/** Everything of the hub in one region. */
export class HubStack extends Stack {
  readonly #options: HubStackProps;
  readonly storage: Storage;
  /** Of one of two hubs. */
  readonly standby?: StandbyFunctions;
  readonly #bus: Bus;
  readonly #watched: Watched[] = [];

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id, props);
    this.#options = props;
    // CloudFormation's schema knows no tags on a dashboard.
    Tags.of(this).add('homeostasis:hub', props.name, { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
    this.storage = new Storage(this, 'Storage', {
      name: props.name,
      stack: this,
      ...(props.side === undefined ? {} : { pair: props.side.pair }),
    });
    this.#bus = new Bus(this, 'Bus', { name: props.name });
    for (const service of alike) this.#service(service);
    this.#cost();
    this.#deployer();
    this.#relay();
    this.#eventLog();
    this.#outbox();
    const api = this.#ingress();
    if (props.side !== undefined) this.standby = this.#standby(props.side, api);
    const { alarmMail: mail, name: hub } = props;
    const { key } = this.storage;
    const watched = { watched: this.#watched, ...(this.standby === undefined ? {} : { standby: this.standby }) };
    const alarms = new Alarms(this, 'Alarms', { hub, key, ...watched, ...(mail === undefined ? {} : { mail }) });
    addDashboard(this, hub, { alarms, ...watched });
    new CfnOutput(this, 'Url', { value: api.url, description: 'homeostasis --hub <this>' });
    new CfnOutput(this, 'Region', { value: this.region });
  }

  /** A function, its log and role; every one may use the hub's key. */
  #function(name: string, { seconds = 60, ...more }: FunctionSize = {}): HubFunction {
    const { name: hub, packages, secrets } = this.#options;
    const names = namesFor(name, secrets);
    const made = new HubFunction(this, pascal(name), {
      name,
      hub,
      packages,
      key: this.storage.key,
      memory: 512,
      ...more,
      timeout: Duration.seconds(seconds),
      environment: {
        HOMEOSTASIS_TABLE: this.storage.table.tableName,
        HOMEOSTASIS_BUS: this.#bus.name,
        HOMEOSTASIS_DOCUMENTS: this.storage.documents.bucketName,
      },
      ...(names.length === 0 ? {} : { extension: secretsExtension() }),
    });
    mayReadSecrets(made, names);
    useKey(made, this.storage);
    const { side } = this.#options;
    if (side !== undefined) fenceWithLease(made, side.pair, side.replicaKey);
    return made;
  }

  #queued(fn: HubFunction, { seconds = 60, oldestSeconds, ...reading }: Queueing = {}): FunctionQueue {
    const { name: hub, side } = this.#options;
    const queue = new FunctionQueue(this, `${pascal(fn.name)}Queue`, {
      name: `${hub}-${fn.name}`,
      key: this.storage.key,
      timeout: Duration.seconds(seconds),
      ...(side === undefined ? {} : { receives: receivesWhileStandingBy }),
    });
    fn.reads(queue, { ...reading, givesBack: side !== undefined });
    this.#watched.push({ fn, queue, ...(oldestSeconds === undefined ? {} : { oldestSeconds }) });
    return queue;
  }

  #service(service: (typeof alike)[number]): void {
    // A shift is confirmed when the name servers have it and resolvers have forgotten: a minute or two, waited for in the function, so
    // that it takes one at a time.
    const seconds = service === 'traffic' ? 180 : 60;
    const fn = this.#function(service, { memory: service === 'placement' ? 1769 : 512, seconds });
    this.#bus.rule(
      service,
      patternFor(typesReadBy(service)),
      this.#queued(fn, { seconds, batchSize: service === 'traffic' ? 1 : 10 }),
    );
    ownRecords(fn, this.storage);
    useDocuments(fn, this.storage, service === 'placement' ? 'read and write' : 'read');
    const { zone } = this.#options;
    if (service === 'traffic' && zone !== undefined) mayName(fn, zone);
  }

  /** Reads bills, which are large: it has more of everything than the others. */
  #cost(): void {
    const { cost = defaultCost, remote } = this.#options;
    const fn = this.#function('cost', costSize);
    this.#bus.rule('cost', patternFor(typesReadBy('cost')), this.#queued(fn, costReading));
    mayAccount(fn, this.storage, { cost, remote });
  }

  #deployer(): void {
    const fn = this.#function('deployer-aws', { seconds: 120 });
    const queue = this.#queued(fn, { seconds: 120 });
    this.#bus.rule('deployer-aws', patternFor(typesReadBy('deployer-aws'), ['aws']), queue);
    useDocuments(fn, this.storage, 'read and write');
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
    useDocuments(fn, this.storage, 'read');
    fn.lambda.addEnvironment('HOMEOSTASIS_RELAY', JSON.stringify(remote));
    mayIdentify(
      fn,
      clouds.map((cloud) => audienceOf(cloud, remote)),
    );
  }

  /** One at a time, because it counts the entries. */
  #eventLog(): void {
    const fn = this.#function('event-log', { concurrency: 1 });
    this.#bus.rule('event-log', everything, this.#queued(fn));
    someItems(fn, this.storage, {
      sid: 'LogEntries',
      actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem', 'BatchGetItem', 'BatchWriteItem'],
      keys: ['log', 'log#*'],
    });
    useDocuments(fn, this.storage, 'read');
  }

  #outbox(): void {
    const { name: hub, reconcileSeconds, cost = defaultCost } = this.#options;
    const { key } = this.storage;
    const outbox = this.#function('outbox');
    readOutboxes(outbox, this.storage);
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
      cost,
    });
    someItems(outbox, this.storage, {
      sid: 'Outbox',
      actions: ['Query', 'DeleteItem', 'BatchWriteItem'],
      keys: ['*#outbox#*'],
    });
    const sending = { bus: this.#bus, storage: this.storage, schedules, delayQueue: queue };
    for (const fn of [outbox, delayed]) maySend(fn, sending);
  }

  #ingress(): Api {
    const { name: hub, issuers } = this.#options;
    const fn = this.#function('ingress', { memory: 1024, seconds: 30 });
    mayServe(fn, { storage: this.storage, services, watched: this.#watched });
    this.#watched.push({ fn });
    const { side, remote } = this.#options;
    if (side !== undefined) mayPromise(fn, side.pair, remote);
    return new Api(this, 'Api', {
      hub,
      ingress: fn.lambda,
      issuers,
      key: this.storage.key,
      ...(side === undefined ? {} : { activePath }),
    });
  }

  #standby({ pair, replicaKey }: Side, { api, stage }: Api): StandbyFunctions {
    const { name: hub, zone, remote } = this.#options;
    const { name, preferred } = pair;
    if (name !== undefined && zone !== undefined) new HubName(this, 'Name', { zone, name, preferred, api, stage });
    return new StandbyFunctions(this, 'Standby', {
      hub,
      pair,
      storage: this.storage,
      replicaKey,
      remote,
      make: (each, more) => this.#function(each, more),
    });
  }
}

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
