import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { keyAttributes, reaching, type Item } from '../store-dynamodb/index.ts';
import type { StandbyTables } from './admit.ts';
import { tenureCheck } from './conditions.ts';
import { historyKey } from './items.ts';
import { transact } from './transact.ts';

/** Whose history a hub's table holds. */
export interface History {
  /** 0 when it holds none. */
  readonly tenure: number;
  /** Beat of the lease at which the active hub wrote this last: a replica that shows it is no further behind. */
  readonly epoch: number;
  readonly beat: number;
}

/** @throws StoreUnavailable */
export async function readHistory({ client }: Pick<StandbyTables, 'client'>, table: string): Promise<History> {
  const Key = keyAttributes(historyKey);
  const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
  const { Item } = await reaching('the history', () => client.send(get));
  const number = (name: string): number => Number(Item?.[name]?.N ?? 0);
  return { tenure: number('tenure'), epoch: number('epoch'), beat: number('beat') };
}

function itemOf({ tenure, epoch, beat }: History): Item {
  return {
    ...keyAttributes(historyKey),
    kind: { S: 'history' },
    ...{ tenure: { N: String(tenure) }, epoch: { N: String(epoch) }, beat: { N: String(beat) } },
  };
}

/** By the active hub, of its own tenure; never back to an older one. @throws StoreUnavailable */
export async function writeHistory({ client, table }: StandbyTables, history: History): Promise<void> {
  const put = new PutItemCommand({
    TableName: table,
    Item: itemOf(history),
    ConditionExpression: 'attribute_not_exists(pk) OR #tenure <= :tenure',
    ExpressionAttributeNames: { '#tenure': 'tenure' },
    ExpressionAttributeValues: { ':tenure': { N: String(history.tenure) } },
  });
  await reaching('the history', () => client.send(put)).catch((error: unknown) => {
    // A later one stands there already: an invocation that was held up has nothing to add.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
}

/** By a hub that stands by, once its table has been brought up. @returns false when the lease says something else by now. @throws StoreUnavailable */
export async function adoptHistory(tables: StandbyTables, history: History): Promise<boolean> {
  const put = { Put: { TableName: tables.table, Item: itemOf(history) } };
  return (await transact(tables.client, [tenureCheck(tables, history.tenure), put], tables)) === undefined;
}
