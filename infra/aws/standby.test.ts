import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseKey, tableDefinition } from '../../shared/adapters/store-dynamodb/index.ts';
import { HubFunction } from './hub-function.ts';
import { activePath, HubName } from './standby-name.ts';
import {
  fenceWithLease,
  replicaKeyArn,
  replicateDocuments,
  replicatedTable,
  StandbyGround,
  standbyName,
} from './standby.ts';

const account = '123456789012';
const [here, there] = ['eu-west-1', 'eu-central-1'];
let packages = '';
beforeAll(() => {
  packages = mkdtempSync(join(tmpdir(), 'homeostasis-standby-'));
  mkdirSync(join(packages, 'monitor'));
  writeFileSync(join(packages, 'monitor', 'index.mjs'), 'export const handler = () => {};\n');
});
afterAll(() => rmSync(packages, { recursive: true }));

const stackIn = (region: string) => new Stack(new App(), 'hub', { env: { account, region } });

describe('the ground of a second region', () => {
  const app = new App();
  const template = Template.fromStack(
    new StandbyGround(app, 'ground', { hub: 'homeostasis', env: { account, region: there } }),
  );

  it('has a vote that is never replicated, by the keys that the fence asks by', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 1);
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'homeostasis-lease',
        Replicas: [Match.objectLike({ Region: there, DeletionProtectionEnabled: true })],
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
    template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/homeostasis-replica' });
    const stack = stackIn(here);
    expect(stack.resolve(replicaKeyArn(stack, 'homeostasis', there))).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kms:${there}:${account}:alias/homeostasis-replica`]],
    });
    expect(standbyName('homeostasis')).not.toBe('homeostasis');
  });
});

describe('what is replicated', () => {
  const stack = stackIn(here);
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  replicatedTable(stack, 'Table', {
    tableName: 'homeostasis',
    key,
    replicaRegion: there,
    replicaKeyArn: replicaKeyArn(stack, 'homeostasis', there),
  });
  const from = new s3.Bucket(stack, 'Documents', {
    versioned: true,
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: key,
  });
  replicateDocuments(stack, {
    from,
    key,
    toBucketArn: 'arn:aws:s3:::there',
    toKeyArn: `arn:aws:kms:${there}:${account}:key/k`,
  });
  const template = Template.fromStack(stack);

  it('is the table, with every guard in both regions', () => {
    const guarded = {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    };
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: tableDefinition.timeToLiveAttribute, Enabled: true },
        Replicas: Match.arrayWith([
          Match.objectLike({ Region: there, ...guarded, SSESpecification: { KMSMasterKeyId: Match.anyValue() } }),
          Match.objectLike({ Region: here, ...guarded, SSESpecification: { KMSMasterKeyId: Match.anyValue() } }),
        ]),
        // Strong consistency between regions knows no transactions, and the hub is made of them.
        MultiRegionConsistency: Match.absent(),
      },
    });
  });

  it('is every document, and no deletion', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      ReplicationConfiguration: {
        Rules: [
          Match.objectLike({
            Status: 'Enabled',
            DeleteMarkerReplication: { Status: 'Disabled' },
            SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
            Destination: Match.objectLike({
              Bucket: 'arn:aws:s3:::there',
              ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
            }),
          }),
        ],
      },
    });
    const policy = JSON.stringify(template.findResources('AWS::IAM::Policy'));
    expect(policy).not.toMatch(/s3:(Delete|\*|ReplicateDelete)/);
    expect(policy).not.toContain('"Resource":"*"');
  });
});

it('lets a function read its lease and check it, and never write it', () => {
  const stack = stackIn(here);
  const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  const fn = new HubFunction(stack, 'Monitor', {
    name: 'monitor',
    hub: 'homeostasis',
    key,
    packages,
    memory: 512,
    timeout: Duration.seconds(60),
    environment: {},
  });
  fenceWithLease(fn, { hub: 'homeostasis', replicaKey: `arn:aws:kms:${here}:${account}:key/k` });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({ HOMEOSTASIS_LEASE_TABLE: 'homeostasis-lease', HOMEOSTASIS_HUB: here }),
    },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Sid: 'Lease', Action: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem'] }),
      ]),
    },
  });
});

it('gives the hub one name, which follows the lease', () => {
  const stack = stackIn(here);
  const at = (region: string) => ({
    host: `x.execute-api.${region}.amazonaws.com`,
    regionalDomainName: `d.execute-api.${region}.amazonaws.com`,
    regionalHostedZoneId: 'Z2',
  });
  new HubName(stack, 'Name', {
    zone: { id: 'Z1', name: 'example.com' },
    name: 'hub.example.com',
    primary: at(here),
    standby: at(there),
  });
  const template = Template.fromStack(stack);
  for (const [failover, region] of [
    ['PRIMARY', here],
    ['SECONDARY', there],
  ] as const) {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Failover: failover,
      Name: 'hub.example.com',
      HealthCheckId: Match.anyValue(),
      AliasTarget: Match.objectLike({ DNSName: at(region).regionalDomainName }),
    });
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: Match.objectLike({
        Type: 'HTTPS',
        FullyQualifiedDomainName: at(region).host,
        ResourcePath: activePath,
        RequestInterval: 10,
        FailureThreshold: 3,
      }),
    });
  }
});

it('has nothing that cdk-nag objects to in its ground', () => {
  const app = new App();
  new StandbyGround(app, 'ground', { hub: 'homeostasis', env: { account, region: there } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});
