import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { tableDefinition } from '../../shared/adapters/store-dynamodb/index.ts';

export const region = 'eu-west-1';
export const credentials = { accessKeyId: 'outside', secretAccessKey: 'outside' };

export const dynamoAt = (endpoint: string): DynamoDBClient => new DynamoDBClient({ endpoint, region, credentials });

/** moto has no virtual hosts for buckets on a loopback address. */
export const s3At = (endpoint: string): S3Client =>
  new S3Client({ endpoint, region, credentials, forcePathStyle: true });

/** The hub's table under a name of its own. */
export async function createTable(client: DynamoDBClient): Promise<string> {
  const { partitionKey, sortKey, streamViewType, timeToLiveAttribute } = tableDefinition;
  const TableName = `homeostasis-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: streamViewType },
    }),
  );
  const TimeToLiveSpecification = { AttributeName: timeToLiveAttribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  return TableName;
}

export async function createBucket(client: S3Client): Promise<string> {
  const Bucket = `homeostasis-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  return Bucket;
}
