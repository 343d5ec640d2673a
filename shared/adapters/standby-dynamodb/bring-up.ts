import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { keyAttributes, reaching, type TableKey } from '../store-dynamodb/index.ts';
import type { StandbyTables } from './admit.ts';
import { stillAs, tenureCheck } from './conditions.ts';
import { getMany } from './get-many.ts';
import { fitting, keyOf, nameOf, resyncKey, strandedItem, toItem, toPlain, type PlainItem } from './items.ts';
import { transact } from './transact.ts';

/** How far bringing a table up has come; survives the function. */
export interface Progress {
  readonly tenure: number;
  /** Beat of the active hub's lease when it began. */
  readonly beat: number;
  /** First everything that the active hub has, then everything that only we have. */
  readonly pass: 'theirs' | 'ours';
  readonly cursor?: TableKey;
  readonly taken: number;
  readonly dropped: number;
  readonly aside: number;
}

export interface Page {
  readonly pairs: readonly { readonly theirs?: PlainItem; readonly ours?: PlainItem }[];
  /** Absent at the end. */
  readonly next?: TableKey;
}

export interface Replacement {
  readonly ours?: PlainItem;
  /** What stands there afterwards; nothing deletes it. */
  readonly item?: PlainItem;
  readonly aside?: { readonly item: PlainItem; readonly why: string };
  /** Written beside it. */
  readonly copy?: PlainItem;
}

/** Items of one page: their pairs are read in one request. */
const itemsPerPage = 100;

/** A page of one table and what the other one has beside it. @throws StoreUnavailable */
export async function readPage(tables: StandbyTables, { pass, cursor }: Progress): Promise<Page> {
  const [scanned, beside] = pass === 'theirs' ? [tables.replica, tables.table] : [tables.table, tables.replica];
  const scan = new ScanCommand({
    TableName: scanned,
    Limit: itemsPerPage,
    ConsistentRead: true,
    ...(cursor === undefined ? {} : { ExclusiveStartKey: keyAttributes(cursor) }),
  });
  const { Items = [], LastEvaluatedKey } = await reaching(`table ${scanned}`, () => tables.client.send(scan));
  const items = Items.map(toPlain);
  const found = await getMany(tables.client, beside, { ...tables, keys: items.map(keyOf) });
  const pairs = items.map((item) => {
    const other = found.get(nameOf(keyOf(item)));
    if (pass === 'theirs') return { theirs: item, ...(other === undefined ? {} : { ours: other }) };
    return { ours: item, ...(other === undefined ? {} : { theirs: other }) };
  });
  return { pairs, ...(LastEvaluatedKey === undefined ? {} : { next: keyOf(LastEvaluatedKey) }) };
}

/**
 * Writes one item of ours over, if it is still what was read and the lease what it was.
 * @returns `moved` when the follower was quicker: what it wrote is newer. `over` when the lease has changed.
 * @throws StoreUnavailable
 */
export async function replace(
  tables: StandbyTables,
  tenure: number,
  { ours, item, aside, copy }: Replacement,
): Promise<'written' | 'moved' | 'over'> {
  const { client, table: TableName, clock } = tables;
  const key = keyAttributes(keyOf(item ?? ours ?? {}));
  const condition = stillAs(ours);
  const write: TransactWriteItem =
    item === undefined
      ? { Delete: { TableName, Key: key, ...condition } }
      : { Put: { TableName, Item: fitting(item), ...condition } };
  const beside = [
    ...(aside === undefined ? [] : [strandedItem(aside.item, aside.why, clock.now())]),
    ...(copy === undefined ? [] : [toItem(copy)]),
  ].map((Item): TransactWriteItem => ({ Put: { TableName, Item } }));
  const reasons = await transact(client, [tenureCheck(tables, tenure), write, ...beside], tables);
  if (reasons === undefined) return 'written';
  return reasons[0]?.Code === 'ConditionalCheckFailed' ? 'over' : 'moved';
}

/** Undefined when none was begun. @throws StoreUnavailable */
export async function readProgress({ client, table }: StandbyTables): Promise<Progress | undefined> {
  const get = new GetItemCommand({ TableName: table, Key: keyAttributes(resyncKey), ConsistentRead: true });
  const { Item } = await reaching('the progress', () => client.send(get));
  const text = Item?.['progress']?.S;
  return text === undefined ? undefined : (JSON.parse(text) as Progress);
}

/** @returns false when somebody else went on from the same page: this one is to stop. @throws StoreUnavailable */
export async function writeProgress(
  { client, table }: StandbyTables,
  before: Progress | undefined,
  next: Progress,
): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: table,
    Item: { ...keyAttributes(resyncKey), kind: { S: 'resync' }, progress: { S: JSON.stringify(next) } },
    ...(before === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#progress = :before',
          ExpressionAttributeNames: { '#progress': 'progress' },
          ExpressionAttributeValues: { ':before': { S: JSON.stringify(before) } },
        }),
  });
  try {
    await reaching('the progress', () => client.send(put));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** @throws StoreUnavailable */
export async function forgetProgress({ client, table }: StandbyTables): Promise<void> {
  const remove = new DeleteItemCommand({ TableName: table, Key: keyAttributes(resyncKey) });
  await reaching('the progress', () => client.send(remove));
}
