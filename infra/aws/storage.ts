import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { aliasArn, documentsName, replicaAlias, type Pair } from './pair.ts';
import { replicatedTable } from './replicated-table.ts';
import { table } from './table-keys.ts';

export interface StorageProps {
  readonly name: string;
  readonly stack: Stack;
  /** Has the table replicated and the bucket named, for the other hub. */
  readonly pair?: Pair;
}

/** What the hub keeps: one key, one table, one bucket. All of it outlives the stack. */
export class Storage extends Construct {
  readonly key: kms.Key;
  readonly table: dynamodb.ITable;
  readonly documents: s3.Bucket;

  constructor(scope: Construct, id: string, { name, stack, pair }: StorageProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      alias: `${name}-hub`,
      description: `Everything the ${name} hub keeps: records, documents, queues, logs`,
      enableKeyRotation: true,
    });
    // CloudWatch Logs encrypts with the key only when the key's own policy lets it.
    this.key.grantEncryptDecrypt(
      new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`, {
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:*`,
          },
        },
      }),
    );
    const made = pair === undefined ? this.#table(name) : this.#replicated(name, stack, pair);
    this.table = made as dynamodb.ITable;
    this.documents = new s3.Bucket(this, 'Documents', {
      ...(pair === undefined ? {} : { bucketName: documentsName(name, stack.account, stack.region) }),
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        { id: 'forget-old-versions', noncurrentVersionExpiration: Duration.days(30) },
        { id: 'end-broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      this.documents,
      'AwsSolutions-S1',
      'Only the functions read it; CloudTrail data events say who, where somebody wants to pay for that.',
    );
  }

  #table(name: string): dynamodb.Table {
    return new dynamodb.Table(this, 'Table', {
      tableName: name,
      partitionKey: { name: table.partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: { name: table.sortKey, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: table.timeToLive,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  #replicated(tableName: string, stack: Stack, { shared, other }: Pair): dynamodb.TableV2 {
    const replicaKeyArn = aliasArn(stack, replicaAlias(shared), other.region);
    return replicatedTable(this, 'Table', { tableName, key: this.key, replicaRegion: other.region, replicaKeyArn });
  }
}
