import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { HubFunction } from './hub-function.ts';
import { table as keys } from './storage.ts';

/**
 * What a hub needs of a second region: docs/adr/0013-hub-region-loss.md. Each region has a hub of its own, under a name of its own (roles
 * and replicas share one namespace), and a ground that its replicas and its vote stand on.
 */
export const standbyName = (hub: string): string => `${hub}-standby`;
const leaseTable = (hub: string): string => `${hub}-lease`;
const replicaAlias = (hub: string): string => `alias/${hub}-replica`;

/** Of the key that the other hub's replicas are encrypted with in that region; known before anything stands there. */
export const replicaKeyArn = ({ partition, account }: Stack, hub: string, region: string): string =>
  `arn:${partition}:kms:${region}:${account}:${replicaAlias(hub)}`;

/** Deployed to both regions before either hub: the key for what is replicated into the region, and the region's vote. */
export class StandbyGround extends Stack {
  constructor(scope: Construct, id: string, { hub, ...props }: StackProps & { readonly hub: string }) {
    super(scope, id, props);
    const key = new kms.Key(this, 'Key', {
      alias: replicaAlias(hub),
      description: `What the other region's ${hub} hub replicates to this one, and this region's copy of the lease`,
      enableKeyRotation: true,
    });
    new dynamodb.TableV2(this, 'Lease', {
      tableName: leaseTable(hub),
      partitionKey: { name: keys.partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: { name: keys.sortKey, type: dynamodb.AttributeType.STRING },
      billing: dynamodb.Billing.onDemand(),
      encryption: dynamodb.TableEncryptionV2.customerManagedKey(key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      // No replica, ever: between replicas the last writer wins, and a vote could be taken back.
    });
  }
}

export interface ReplicatedTableProps {
  readonly tableName: string;
  readonly key: kms.IKey;
  readonly replicaRegion: string;
  /** `replicaKeyArn(…)` of that region. */
  readonly replicaKeyArn: string;
}

/** The hub's table with a replica in the other region, which that region's follower reads; nobody else writes or reads it there. */
export function replicatedTable(scope: Construct, id: string, props: ReplicatedTableProps): dynamodb.TableV2 {
  const { tableName, key, replicaRegion, replicaKeyArn: replicaKey } = props;
  return new dynamodb.TableV2(scope, id, {
    tableName,
    partitionKey: { name: keys.partitionKey, type: dynamodb.AttributeType.STRING },
    sortKey: { name: keys.sortKey, type: dynamodb.AttributeType.STRING },
    billing: dynamodb.Billing.onDemand(),
    // Replication needs both images; readers of the new one alone find it in there.
    dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    timeToLiveAttribute: keys.timeToLive,
    encryption: dynamodb.TableEncryptionV2.customerManagedKey(key, { [replicaRegion]: replicaKey }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    replicas: [{ region: replicaRegion, deletionProtection: true }],
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

export interface ReplicatedDocumentsProps {
  readonly from: s3.Bucket;
  readonly key: kms.IKey;
  readonly toBucketArn: string;
  readonly toKeyArn: string;
}

/** Documents go to the other hub's bucket too. They are named by their content, so both directions may run at once. */
export function replicateDocuments(scope: Construct, props: ReplicatedDocumentsProps): iam.Role {
  const { from, key, toBucketArn, toKeyArn } = props;
  const role = new iam.Role(scope, 'ReplicateDocuments', {
    description: 'Copies documents to the other hub',
    assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
  });
  const grants: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['List', ['s3:GetReplicationConfiguration', 's3:ListBucket'], [from.bucketArn]],
    ['Read', ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl'], [from.arnForObjects('*')]],
    ['Write', ['s3:ReplicateObject'], [`${toBucketArn}/*`]],
    ['Decrypt', ['kms:Decrypt'], [key.keyArn]],
    ['Encrypt', ['kms:Encrypt', 'kms:GenerateDataKey'], [toKeyArn]],
  ];
  for (const [sid, actions, resources] of grants) {
    role.addToPolicy(new iam.PolicyStatement({ sid, actions: [...actions], resources: [...resources] }));
  }
  const bucket = from.node.defaultChild as s3.CfnBucket;
  bucket.replicationConfiguration = {
    role: role.roleArn,
    rules: [
      {
        id: 'to-the-other-hub',
        status: 'Enabled',
        priority: 1,
        filter: { prefix: '' },
        // A deletion here is a mistake or an attack until somebody has looked.
        deleteMarkerReplication: { status: 'Disabled' },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
        destination: {
          bucket: toBucketArn,
          encryptionConfiguration: { replicaKmsKeyId: toKeyArn },
          // The only time that S3 takes: 99.99 % within it. Most take seconds.
          metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
          replicationTime: { status: 'Enabled', time: { minutes: 15 } },
        },
      },
    ],
  };
  return role;
}

/** Lets a function commit only under its region's lease, and tells it where that lies. It may never write it. */
export function fenceWithLease(
  fn: HubFunction,
  { hub, replicaKey }: { readonly hub: string; readonly replicaKey: string },
): void {
  const { partition, region, account } = Stack.of(fn);
  const table = `arn:${partition}:dynamodb:${region}:${account}:table/${leaseTable(hub)}`;
  fn.allow({ sid: 'Lease', actions: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem'], resources: [table] });
  fn.allow({
    sid: 'LeaseKey',
    actions: ['kms:Decrypt'],
    resources: [replicaKey],
    conditions: {
      StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` },
    },
  });
  fn.lambda.addEnvironment('HOMEOSTASIS_LEASE_TABLE', leaseTable(hub));
  fn.lambda.addEnvironment('HOMEOSTASIS_HUB', region);
}
