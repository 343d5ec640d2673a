import { BatchGetItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  keyAttributes,
  pauseAfter,
  reaching,
  StoreUnavailable,
  type Item,
  type Patience,
  type TableKey,
} from '../store-dynamodb/index.ts';
import { keyOf, nameOf, toPlain, type PlainItem } from './items.ts';

/** Source: DynamoDB API, BatchGetItem. */
const keysPerCall = 100;
const maximumAttempts = 8;

/** Items by `nameOf` their key, read consistently; those that do not exist are not there. @throws StoreUnavailable */
export async function getMany(
  client: DynamoDBClient,
  table: string,
  { keys, ...patience }: Patience & { readonly keys: readonly TableKey[] },
): Promise<ReadonlyMap<string, PlainItem>> {
  const found = new Map<string, PlainItem>();
  const wanted = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
  for (let at = 0; at < wanted.length; at += keysPerCall) {
    const page = wanted.slice(at, at + keysPerCall).map((key) => keyAttributes(key));
    for (const item of await getPage(client, table, { page, patience })) found.set(nameOf(keyOf(item)), toPlain(item));
  }
  return found;
}

async function getPage(
  client: DynamoDBClient,
  table: string,
  { page, patience }: { readonly page: Record<string, AttributeValue>[]; readonly patience: Patience },
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let left = page;
  for (let attempt = 1; ; attempt++) {
    const request = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
    const answer = await reaching(`items of ${table}`, () => client.send(request));
    items.push(...(answer.Responses?.[table] ?? []));
    // What DynamoDB was too busy for comes back inside a 200.
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return items;
    if (attempt === maximumAttempts)
      throw new StoreUnavailable(`table ${table} left ${left.length} keys unread; try again`);
    await pauseAfter(attempt, patience);
  }
}
