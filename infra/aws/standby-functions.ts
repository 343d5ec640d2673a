import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import { ownRecords, someItems, within } from './grants.ts';
import type { HubFunction } from './hub-function.ts';
import type { RemoteDeployers } from './options.ts';
import { hubAlias, keysCalled, leaseTable, replicaAlias, tableArn, throughDynamo, type Pair } from './pair.ts';
import type { Storage } from './storage.ts';
import { useWitness } from './witness.ts';

export interface StandbyFunctionsProps {
  readonly hub: string;
  readonly pair: Pair;
  readonly storage: Storage;
  readonly replicaKey: kms.IKey;
  readonly remote: RemoteDeployers;
  /** Makes a function of the hub: by name, with what differs from the others. */
  readonly make: (name: string, more: { memory?: number; seconds?: number; concurrency?: number }) => HubFunction;
}

/**
 * The Scheduler starts somewhere within its minute, and a gap as long as the lease would end it: so a run lasts a minute and a half longer
 * than until the next one is started, and that one waits until the earlier no longer renews (services/standby/turn.ts).
 */
const leaseEveryMinutes = 5;
const leaseSeconds = leaseEveryMinutes * 60 + 90;
/** Two runs that overlap, and a person who hands the lease over. */
const leaseRuns = 3;
/** It runs all the time, and waits for most of it: memory is what it costs. */
const leaseMemory = 256;
/** Lambda's longest. What is not brought up by then goes on with the page it was at. */
const resyncSeconds = 900;

/** What keeps two hubs one: who is active, what the other one commits, and how a hub that was away is brought up. */
export class StandbyFunctions extends Construct {
  readonly lease: HubFunction;
  readonly follower: HubFunction;
  readonly resync: HubFunction;

  constructor(scope: Construct, id: string, props: StandbyFunctionsProps) {
    super(scope, id);
    const { make } = props;
    this.lease = make('lease', { seconds: leaseSeconds, memory: leaseMemory, concurrency: leaseRuns });
    this.follower = make('follower', { seconds: 60 });
    this.resync = make('resync', { seconds: resyncSeconds, memory: 1024, concurrency: 1 });
    for (const fn of [this.lease, this.follower, this.resync]) knowOther(fn, props.pair);
    this.#lease(props);
    this.#follower(props);
    this.#resync(props);
  }

  #lease({ hub, pair, storage, remote }: StandbyFunctionsProps): void {
    const { lease } = this;
    this.#sendAgain(lease, storage);
    this.#writeRegisters(lease, pair);
    useWitness(lease, pair, remote);
    lease.lambda.addEnvironment('HOMEOSTASIS_PREFERRED', String(pair.preferred));
    this.#byTheClock(hub, storage.key);
  }

  /** The keeper, and the resynchronisation: two reads where there is nothing to bring up. */
  #byTheClock(hub: string, key: kms.IKey): void {
    const keeper = new iam.Role(this, 'Keeper', {
      roleName: `${hub}-keeper`,
      description: 'Has the lease looked after, and a table brought up',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
    });
    const runs = [
      ['Keep', this.lease, 'Hold or watch the lease', leaseEveryMinutes],
      ['BringUp', this.resync, 'Bring the table up when it holds another history', 1],
    ] as const;
    for (const [id, { name, lambda }, description, minutes] of runs) {
      // What could not be started now is asked for again the next time.
      lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
      const why = 'CDK grants the invocation of every version; there are none.';
      acknowledgeWildcard(keeper, `${lambda.functionArn}:*`, why);
      new scheduler.Schedule(this, id, {
        scheduleName: `${hub}-${name}`,
        description,
        schedule: scheduler.ScheduleExpression.rate(Duration.minutes(minutes)),
        key,
        target: new LambdaInvoke(lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1), role: keeper }),
      });
    }
  }

  /** The history that the table holds; and after a takeover, what the other hub said or accepted and nobody has handled. */
  #sendAgain(lease: HubFunction, storage: Storage): void {
    ownRecords(lease, storage, 'standby');
    someItems(lease, storage, { sid: 'Handled', actions: ['BatchWriteItem'], keys: ['standby#*'] });
    // A mark that waited enters when everything is there that it was committed with, whosesoever.
    lease.allow({ sid: 'Companions', actions: ['dynamodb:BatchGetItem'], resources: [storage.table.tableArn] });
    someItems(lease, storage, { sid: 'SendAgain', actions: ['PutItem'], keys: ['*#outbox#*', '*#mark#*'] });
  }

  /** Both regions' registers; nobody else writes either. */
  #writeRegisters(lease: HubFunction, { shared, other: { region } }: Pair): void {
    const actions = ['dynamodb:GetItem', 'dynamodb:PutItem'];
    const [own, theirs] = [tableArn(lease, leaseTable(shared)), tableArn(lease, leaseTable(shared), region)];
    lease.allow({ sid: 'Registers', actions, resources: [own, theirs] });
    lease.allow({
      sid: 'OtherRegisterKey',
      actions: ['kms:Decrypt'],
      ...keysCalled(lease, { alias: replicaAlias(shared), region, through: 'dynamodb' }),
    });
  }

  #follower({ pair, storage, replicaKey }: StandbyFunctionsProps): void {
    const { follower } = this;
    follower.allow({
      sid: 'ReplicaStream',
      actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((each) => `dynamodb:${each}`),
      resources: [`${tableArn(follower, pair.other.hub)}/stream/*`],
      why: 'A stream is named by the moment it was made at.',
    });
    // Whether what was deleted stands there again.
    follower.allow({ sid: 'Replica', actions: ['dynamodb:GetItem'], resources: [tableArn(follower, pair.other.hub)] });
    follower.allow({ sid: 'ReplicaKey', actions: ['kms:Decrypt', 'kms:DescribeKey'], ...throughDynamo(replicaKey) });
    takeOver(follower, storage);
  }

  #resync({ pair, storage, replicaKey }: StandbyFunctionsProps): void {
    const { resync } = this;
    resync.allow({
      sid: 'Replica',
      actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Scan'],
      resources: [tableArn(resync, pair.other.hub)],
    });
    resync.allow({ sid: 'ReplicaKey', actions: ['kms:Decrypt'], ...throughDynamo(replicaKey) });
    takeOver(resync, storage);
    resync.allow({ sid: 'WholeTable', actions: ['dynamodb:Scan'], resources: [storage.table.tableArn] });
  }
}

/** Where the other hub is, and its table: there itself, and here its replica. */
function knowOther(fn: HubFunction, { other }: Pair): void {
  fn.lambda.addEnvironment('HOMEOSTASIS_OTHER_REGION', other.region);
  fn.lambda.addEnvironment('HOMEOSTASIS_OTHER_TABLE', other.hub);
}

/** Every item of the hub's own table: what the other hub commits may be anybody's. */
function takeOver(fn: HubFunction, { table }: Storage): void {
  const actions = ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'];
  fn.allow({ sid: 'Admit', actions: actions.map((each) => `dynamodb:${each}`), resources: [table.tableArn] });
}

/** The second place of a 202: the other hub's table where it can be reached, and else the witness. */
export function mayPromise(fn: HubFunction, pair: Pair, remote: RemoteDeployers): void {
  const { hub, region } = pair.other;
  knowOther(fn, pair);
  fn.allow({
    sid: 'SecondCopy',
    actions: ['dynamodb:PutItem'],
    resources: [tableArn(fn, hub, region)],
    conditions: within(['standby#journal#*']),
  });
  fn.allow({
    sid: 'SecondCopyKey',
    actions: ['kms:Decrypt'],
    ...keysCalled(fn, { alias: hubAlias(hub), region, through: 'dynamodb' }),
  });
  useWitness(fn, pair, remote);
}
