import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keyAttributes, reaching } from '../store-dynamodb/index.ts';
import { sequenceOf } from './items.ts';
import { headKey } from './keys.ts';

export interface Table {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** The last sequence number given out; 0 while the log is empty. @throws StoreUnavailable */
export async function readHead({ client, table }: Table): Promise<number> {
  const command = new GetItemCommand({ TableName: table, Key: keyAttributes(headKey), ConsistentRead: true });
  const { Item } = await reaching('head of the log', () => client.send(command));
  return sequenceOf(Item);
}
