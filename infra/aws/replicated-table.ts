import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { table as keys } from './table-keys.ts';

export interface ReplicatedTableProps {
  readonly tableName: string;
  readonly key: kms.IKey;
  readonly replicaRegion: string;
  /** ARN of the alias of that region's replica key. */
  readonly replicaKeyArn: string;
}

/** The hub's table with a replica in the other region, which that region's follower reads; nobody else writes it there. */
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
