import { GetItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Page, Stored } from '../../ports/record-store.ts';
import { reaching } from './errors.ts';
import { keyAttributes, storedOf, type Item } from './items.ts';
import { rangeOf, recordKey, type KeyRange } from './keys.ts';

export interface Source {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly owner: string;
  readonly consistent: boolean;
}

/** @throws InvalidKey, StoreUnavailable */
export async function getRecord<T>(source: Source, key: string): Promise<Stored<T> | undefined> {
  const { client, table, owner, consistent } = source;
  const Key = keyAttributes(recordKey(owner, key));
  const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: consistent });
  const { Item } = await reaching(`record ${key}`, () => client.send(command));
  return Item === undefined ? undefined : storedOf<T>(Item);
}

/** @throws InvalidKey, StoreUnavailable */
export async function listRecords<T>(
  source: Source,
  prefix: string,
  { after, limit = 100 }: { readonly after?: string; readonly limit?: number } = {},
): Promise<Page<T>> {
  const range = rangeOf(source.owner, prefix, after);
  const items: Stored<T>[] = [];
  if (range === undefined) return { items };
  for await (const item of itemsIn(source, range, limit + 1)) {
    const stored = storedOf<T>(item);
    // The record of the first segment alone lies in the same partition.
    if (!stored.key.startsWith(prefix)) continue;
    const last = items.at(-1);
    // One more than asked for tells whether there is a next page; it is not handed out.
    if (items.length === limit && last !== undefined) return { items, next: last.key };
    items.push(stored);
  }
  return { items };
}

/** Asks for further pages as long as they are drawn: one answer of DynamoDB holds at most 1 MB. */
async function* itemsIn({ client, table, consistent }: Source, range: KeyRange, atATime: number): AsyncIterable<Item> {
  let from: Item | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': { S: range.pk }, ':from': { S: range.from }, ':to': { S: range.to } },
      ConsistentRead: consistent,
      Limit: atATime,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const page = await reaching(`records in ${range.pk}`, () => client.send(command));
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}
