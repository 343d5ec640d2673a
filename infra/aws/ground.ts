import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { leaseTable, replicaAlias } from './pair.ts';
import { table as keys } from './table-keys.ts';

/**
 * What a hub of two needs of its region before either stands: the key for what is replicated into the region, and the region's vote.
 * Deployed to both regions.
 */
export class StandbyGround extends Stack {
  /** Of the other hub's replica here, and of the vote. */
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, { hub, ...props }: StackProps & { readonly hub: string }) {
    super(scope, id, props);
    this.key = new kms.Key(this, 'Key', {
      alias: replicaAlias(hub),
      description: `What the other region's ${hub} hub replicates to this one, and this region's copy of the lease`,
      enableKeyRotation: true,
    });
    new dynamodb.TableV2(this, 'Lease', {
      tableName: leaseTable(hub),
      partitionKey: { name: keys.partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: { name: keys.sortKey, type: dynamodb.AttributeType.STRING },
      billing: dynamodb.Billing.onDemand(),
      encryption: dynamodb.TableEncryptionV2.customerManagedKey(this.key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      // No replica, ever: between replicas the last writer wins, and a vote could be taken back.
    });
  }
}
