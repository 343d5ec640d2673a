import { App, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journalPartition, leaseKey, tableDefinition } from '../../shared/adapters/store-dynamodb/index.ts';
import { functionsOf, standbyFunctions } from '../functions.ts';
import { account, options, packagesOf } from './fixtures.ts';
import { hubApp } from './hub-app.ts';

const [here, there] = ['eu-west-1', 'eu-central-1'];
const standby = { region: there, name: 'hub.apps.example.com', witness: { cloud: 'gcp', bucket: 'votes' } } as const;
const functions = functionsOf({ standby });

/** Six stacks are synthesised, on a machine that may be busy with other tests. */
const patienceMs = 180_000;

let folder = '';
let order: readonly string[] = [];
const templates = new Map<string, Template>();
const regions = new Map<string, string>();
beforeAll(() => {
  folder = packagesOf(functions);
  const app = new App({ outdir: join(folder, 'cdk.out') });
  const packages = join(folder, 'functions');
  const stacks = hubApp(app, {
    options: { ...options, account, region: here, standby },
    reconcileSeconds: 60,
    packages,
  });
  // Synthesis ends with an error for what AwsSolutions finds and nobody has acknowledged.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  order = app.synth().stacks.map(({ stackName }) => stackName);
  for (const stack of stacks) {
    templates.set(stack.stackName, Template.fromStack(stack));
    regions.set(stack.stackName, stack.region);
  }
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function at(name: string): Template {
  const template = templates.get(name);
  if (template === undefined) throw new Error(`there is no stack ${name}`);
  return template;
}

interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const propertiesOf = (stack: string, type: string) =>
  Object.values(at(stack).findResources(type)).map(({ Properties }) => Properties as Readonly<Record<string, unknown>>);

function statements(stack: string, role: string): readonly Statement[] {
  const [id = ''] =
    Object.entries(at(stack).findResources('AWS::IAM::Role')).find(
      ([, { Properties }]) => (Properties as { RoleName?: string }).RoleName === role,
    ) ?? [];
  if (id === '') throw new Error(`${stack} has no role ${role}`);
  return propertiesOf(stack, 'AWS::IAM::Policy')
    .filter(({ Roles }) => JSON.stringify(Roles).includes(`"${id}"`))
    .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: readonly Statement[] }).Statement);
}

const granted = (stack: string, role: string, sid: string): Statement | undefined =>
  statements(stack, role).find(({ Sid }) => Sid === sid);

function environment(stack: string, name: string): Readonly<Record<string, unknown>> {
  const found = propertiesOf(stack, 'AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === name);
  return (found?.['Environment'] as { Variables: Record<string, unknown> } | undefined)?.Variables ?? {};
}

const actionsOf = ({ Action }: Statement): readonly string[] => (typeof Action === 'string' ? [Action] : Action);
const plain = (value: unknown): string => JSON.stringify(value).replaceAll('{"Ref":"AWS::Partition"}', '"aws"');
/** The table itself or its stream, and none whose name only begins like it. */
const isAbout = ({ Resource }: Statement, region: string, table: string): boolean =>
  new RegExp(`:dynamodb:${region}:${account}:table/${table}["/]`).test(plain(Resource));
const hubs = [
  ['homeostasis', here, 'homeostasis-standby', there],
  ['homeostasis-standby', there, 'homeostasis', here],
] as const;

describe('the stacks of a hub of two', () => {
  it('are a ground, a hub and a link in each region', () => {
    expect(Object.fromEntries(regions)).toEqual({
      'homeostasis-ground': here,
      'homeostasis-standby-ground': there,
      homeostasis: here,
      'homeostasis-standby': there,
      'homeostasis-link': here,
      'homeostasis-standby-link': there,
    });
  });

  it('are deployed grounds first, then hubs, then links', () => {
    const kind = (name: string): string => /-(ground|link)$/.exec(name)?.[1] ?? 'hub';
    expect(order.map(kind)).toEqual(['ground', 'ground', 'hub', 'hub', 'link', 'link']);
  });

  it('are refused without a region for the first', () => {
    const lost = () => hubApp(new App(), { options: { ...options, standby }, reconcileSeconds: 60, packages: folder });
    expect(lost).toThrow(/hub\.standby needs hub\.region/);
  });
});

describe.each(['homeostasis-ground', 'homeostasis-standby-ground'])('%s', (ground) => {
  it('has a vote that is never replicated, by the keys that the fence asks by', () => {
    at(ground).resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
    at(ground).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'homeostasis-lease',
        Replicas: [Match.objectLike({ Region: regions.get(ground), DeletionProtectionEnabled: true })],
        KeySchema: [
          { AttributeName: tableDefinition.partitionKey, KeyType: 'HASH' },
          { AttributeName: tableDefinition.sortKey, KeyType: 'RANGE' },
        ],
        StreamSpecification: Match.absent(),
      },
    });
    expect(Object.keys(leaseKey)).toEqual([tableDefinition.partitionKey, tableDefinition.sortKey]);
  });

  it('has the key that the other hub names before it stands', () => {
    at(ground).hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/homeostasis-replica' });
  });
});

describe.each(hubs)('%s', (hub, region, otherHub, otherRegion) => {
  it('keeps its table in both regions, with every guard in each', () => {
    const guarded = {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { KMSMasterKeyId: Match.anyValue() },
    };
    at(hub).resourceCountIs('AWS::DynamoDB::Table', 0);
    at(hub).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: hub,
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: tableDefinition.timeToLiveAttribute, Enabled: true },
        Replicas: Match.arrayWith([
          Match.objectLike({ Region: otherRegion, ...guarded }),
          Match.objectLike({ Region: region, ...guarded }),
        ]),
        // Strong consistency between regions knows no transactions, and the hub is made of them.
        MultiRegionConsistency: Match.absent(),
      },
    });
    const [{ Replicas } = {}] = propertiesOf(hub, 'AWS::DynamoDB::GlobalTable');
    expect(plain(Replicas)).toContain(`:kms:${otherRegion}:${account}:alias/homeostasis-replica`);
  });

  it('has every function, with the fence and the words to say it by', () => {
    const named = propertiesOf(hub, 'AWS::Lambda::Function').map(({ FunctionName }) => String(FunctionName));
    expect(named.sort()).toEqual(functions.map(({ name }) => `${hub}-${name}`).sort());
    for (const name of named) {
      expect(environment(hub, name), name).toMatchObject({
        HOMEOSTASIS_LEASE_TABLE: 'homeostasis-lease',
        HOMEOSTASIS_HUB: region,
      });
      const lease = granted(hub, name, 'Lease');
      expect(lease?.Action, name).toEqual(['dynamodb:GetItem', 'dynamodb:ConditionCheckItem']);
      expect(plain(lease?.Resource)).toContain(`:dynamodb:${region}:${account}:table/homeostasis-lease`);
      expect(granted(hub, name, 'LeaseKey')?.Condition).toEqual({
        StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` },
      });
    }
  });

  it('gives back what reaches its queues, for as long as it stands by', () => {
    const queues = propertiesOf(hub, 'AWS::SQS::Queue').filter(({ RedrivePolicy }) => RedrivePolicy !== undefined);
    expect(queues.length).toBeGreaterThan(8);
    for (const { RedrivePolicy, QueueName } of queues) {
      expect((RedrivePolicy as { maxReceiveCount: number }).maxReceiveCount, String(QueueName)).toBe(1000);
      expect(granted(hub, String(QueueName), 'GiveBack')?.Action, String(QueueName)).toBe('sqs:SendMessage');
    }
  });

  it('lets only its keeper write the registers, both of them', () => {
    const writers = functions.filter(({ name }) =>
      statements(hub, `${hub}-${name}`).some(
        (each) => actionsOf(each).includes('dynamodb:PutItem') && plain(each.Resource).includes('homeostasis-lease'),
      ),
    );
    expect(writers.map(({ name }) => name)).toEqual(['lease']);
    const registers = granted(hub, `${hub}-lease`, 'Registers');
    expect(registers?.Action).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
    for (const each of [region, otherRegion]) {
      expect(plain(registers?.Resource)).toContain(`:dynamodb:${each}:${account}:table/homeostasis-lease`);
    }
    expect(granted(hub, `${hub}-lease`, 'OtherRegisterKey')?.Condition).toEqual({
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/homeostasis-replica'] },
      StringEquals: { 'kms:ViaService': `dynamodb.${otherRegion}.amazonaws.com` },
    });
  });

  it('starts a keeper before the last one has ended, and one resynchronisation at a time', () => {
    for (const [name, Timeout, ReservedConcurrentExecutions] of [
      ['lease', 390, 3],
      ['resync', 900, 1],
    ] as const) {
      const FunctionName = `${hub}-${name}`;
      at(hub).hasResourceProperties('AWS::Lambda::Function', { FunctionName, Timeout, ReservedConcurrentExecutions });
    }
    for (const [name, ScheduleExpression] of [
      ['lease', 'rate(5 minutes)'],
      ['resync', 'rate(1 minute)'],
    ]) {
      at(hub).hasResourceProperties('AWS::Scheduler::Schedule', {
        Name: `${hub}-${name}`,
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: 'OFF' },
      });
    }
    // A run ends seventeen seconds before its limit, when the schedule starts the next one.
    expect(environment(hub, `${hub}-lease`)).toMatchObject({
      HOMEOSTASIS_PREFERRED: String(hub === 'homeostasis'),
      HOMEOSTASIS_OTHER_REGION: otherRegion,
      HOMEOSTASIS_OTHER_TABLE: otherHub,
      HOMEOSTASIS_WITNESS: '{"cloud":"gcp","bucket":"votes"}',
      HOMEOSTASIS_RELAY: JSON.stringify({ gcp: options.remote.gcp }),
    });
  });

  it('lets keeper, front door, relay and cost alone ask for an identity, the first two for the witness only', () => {
    const audiences = Object.fromEntries(
      functions.flatMap(({ name }) => {
        const found = granted(hub, `${hub}-${name}`, 'Identify')?.Condition?.['ForAllValues:StringEquals'];
        return found === undefined ? [] : [[name, found['sts:IdentityTokenAudience']]];
      }),
    );
    const google = options.remote.gcp?.provider;
    expect(audiences).toEqual({
      relay: ['api://AzureADTokenExchange', google],
      ingress: [google],
      cost: ['api://AzureADTokenExchange'],
      lease: [google],
    });
  });

  it('has a second place for what it accepts: the journal in the other hub’s table, and nothing else there', () => {
    const there = granted(hub, `${hub}-ingress`, 'SecondCopy');
    expect(there?.Action).toBe('dynamodb:PutItem');
    expect(plain(there?.Resource)).toContain(`:dynamodb:${otherRegion}:${account}:table/${otherHub}`);
    expect(there?.Condition?.['ForAllValues:StringLike']).toEqual({
      'dynamodb:LeadingKeys': [journalPartition('*')],
    });
    expect(granted(hub, `${hub}-ingress`, 'SecondCopyKey')?.Condition?.['ForAnyValue:StringEquals']).toEqual({
      'kms:ResourceAliases': [`alias/${otherHub}-hub`],
    });
    const others = functions.filter(({ name }) =>
      statements(hub, `${hub}-${name}`).some((each) => isAbout(each, otherRegion, otherHub)),
    );
    expect(others.map(({ name }) => name)).toEqual(['ingress']);
  });

  it('reads the other table’s replica by its follower, and whole by its resynchronisation, and writes neither', () => {
    const onReplica = (name: string) =>
      statements(hub, `${hub}-${name}`)
        .filter((each) => isAbout(each, region, otherHub))
        .flatMap(actionsOf);
    expect([...onReplica('follower')].sort()).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetItem',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    ]);
    expect(onReplica('resync')).toEqual(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Scan']);
    const others = functions.filter(({ name }) => !['follower', 'resync'].includes(name) && onReplica(name).length > 0);
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  it.each(standbyFunctions)('lets $name at no service of AWS that it has no client for', ({ name, clients }) => {
    const used = statements(hub, `${hub}-${name}`).flatMap(actionsOf);
    const prefixes = new Set(used.map((action) => action.slice(0, action.indexOf(':'))));
    expect([...prefixes].filter((each) => ![...clients, 'logs', 'xray', 'kms'].includes(each))).toEqual([]);
    expect(used.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('says whether it is the active one, to anybody and in few words', () => {
    at(hub).hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'GET /healthz/active',
      AuthorizationType: 'NONE',
    });
  });

  it('has its share of the one name: certificate, domain, and a record that follows the lease', () => {
    at(hub).hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: standby.name,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: standby.name, HostedZoneId: 'Z1' }],
    });
    at(hub).hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: standby.name,
      DomainNameConfigurations: [Match.objectLike({ EndpointType: 'REGIONAL' })],
    });
    at(hub).resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
    at(hub).hasResourceProperties('AWS::Route53::RecordSet', {
      HostedZoneId: 'Z1',
      Name: standby.name,
      Failover: hub === 'homeostasis' ? 'PRIMARY' : 'SECONDARY',
      HealthCheckId: Match.anyValue(),
      AliasTarget: Match.objectLike({ EvaluateTargetHealth: false }),
    });
    const [{ HealthCheckConfig } = {}] = propertiesOf(hub, 'AWS::Route53::HealthCheck');
    expect(HealthCheckConfig).toMatchObject({ Type: 'HTTPS', ResourcePath: '/healthz/active', RequestInterval: 10 });
    expect(plain(HealthCheckConfig)).toContain(`.execute-api.${region}.`);
  });

  it('wakes somebody for a takeover, a silent keeper, a late follower and what was stranded', () => {
    const alarm = (name: string, more: object) =>
      at(hub).hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: `${hub}-${name}`,
        AlarmActions: [Match.anyValue()],
        OKActions: [Match.anyValue()],
        ...more,
      });
    alarm('lease-takeover', { Namespace: 'Homeostasis', Threshold: 1, TreatMissingData: 'notBreaching' });
    alarm('lease-silent', { Period: 300, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
    alarm('follower-behind', { Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Threshold: 60_000 });
    alarm('follower-stranded', { Namespace: 'Homeostasis', Threshold: 1 });
    for (const name of ['lease', 'follower', 'resync']) alarm(`${name}-errors`, {});
    const [{ DashboardBody, DashboardName } = {}] = propertiesOf(hub, 'AWS::CloudWatch::Dashboard');
    expect(DashboardName).toBe(hub);
    for (const metric of ['IteratorAge', 'LeaseTakeover']) expect(plain(DashboardBody)).toContain(metric);
  });
});

describe.each(hubs)('the link of %s', (hub, region, otherHub, otherRegion) => {
  const link = `${hub}-link`;

  it('has the follower read the replica’s stream, and never skip', () => {
    at(link).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: Match.anyValue(),
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ReplicaStream'), 'Table.LatestStreamArn'] },
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: Match.absent(),
      MaximumRecordAgeInSeconds: Match.absent(),
    });
    const [{ Create } = {}] = propertiesOf(link, 'Custom::ReplicaStream');
    expect(JSON.parse(String(Create))).toMatchObject({
      action: 'describeTable',
      parameters: { TableName: otherHub },
    });
  });

  it('copies every document, and no deletion', () => {
    const call = plain(propertiesOf(link, 'Custom::DocumentReplication')[0]?.['Create']);
    const written = call.replaceAll('\\"', '"').replaceAll('\\', '');
    for (const part of [
      'putBucketReplication',
      `arn:aws:s3:::${otherHub}-${account}-${otherRegion}`,
      `:kms:${otherRegion}:${account}:alias/${otherHub}-hub`,
      '"DeleteMarkerReplication":{"Status":"Disabled"}',
      '"SseKmsEncryptedObjects":{"Status":"Enabled"}',
      '"ReplicationTime":{"Status":"Enabled","Time":{"Minutes":15}}',
    ]) {
      expect(written.replaceAll('","aws","', 'aws')).toContain(part);
    }
    expect(plain(propertiesOf(link, 'AWS::IAM::Policy'))).not.toMatch(/s3:(Delete|\*|ReplicateDelete)/);
  });

  it('lets replication use the other hub’s key by its alias, and nothing else there', () => {
    const all = propertiesOf(link, 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: readonly Statement[] }).Statement,
    );
    expect(all.find(({ Sid }) => Sid === 'Encrypt')?.Condition).toEqual({
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [`alias/${otherHub}-hub`] },
      StringEquals: { 'kms:ViaService': `s3.${otherRegion}.amazonaws.com` },
    });
    expect(all.filter(({ Resource }) => Resource === '*')).toEqual([]);
    expect(regions.get(link)).toBe(region);
  });
});

it('is what it was', () => {
  const all = Object.fromEntries([...templates].map(([name, template]) => [name, template.toJSON()]));
  // Hashes of assets change with every bundle; what the stacks are made of does not.
  expect(JSON.stringify(all, null, 1).replaceAll(/[0-9a-f]{64}/g, '<asset>')).toMatchSnapshot();
});
