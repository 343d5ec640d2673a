import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Publication } from '../../ports/event-bus.ts';
import { pack } from '../memory/measure.ts';
import {
  journalShards,
  keyAttributes,
  markKey,
  outboxItemOf,
  reaching,
  underLease,
  type Fencing,
  type TableKey,
} from '../store-dynamodb/index.ts';
import { sortMarks, type Admission, type StandbyTables } from './admit.ts';
import { gateCheck } from './conditions.ts';
import { getMany } from './get-many.ts';
import { imageOf, nameOf, toItem, toPlain, waitingPartition, type PlainItem } from './items.ts';
import { transact } from './transact.ts';

const itemsPerPage = 100;

/** A page of one partition, in key order. @throws StoreUnavailable */
async function* pagesOf({ client, table }: StandbyTables, pk: string): AsyncIterable<readonly PlainItem[]> {
  let from: Parameters<typeof toPlain>[0] | undefined;
  do {
    const query = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ConsistentRead: true,
      Limit: itemsPerPage,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey } = await reaching(pk, () => client.send(query));
    if (Items.length > 0) yield Items.map(toPlain);
    from = LastEvaluatedKey;
  } while (from !== undefined);
}

/** What the other hub said, and this one may have to send. @throws StoreUnavailable */
export async function* copies(
  tables: StandbyTables,
  copyPartition: (shard: string) => string,
): AsyncIterable<readonly PlainItem[]> {
  for (const shard of journalShards) yield* pagesOf(tables, copyPartition(shard));
}

/** Which of these marks are there. @throws StoreUnavailable */
export async function marked<M extends { readonly consumer: string; readonly source: string; readonly id: string }>(
  tables: StandbyTables,
  asked: readonly M[],
): Promise<ReadonlySet<M>> {
  // A consumer is `service/name`, and the service owns its marks.
  const keyIn = (mark: M): TableKey => markKey(mark.consumer.split('/')[0] ?? '', mark);
  const found = await getMany(tables.client, tables.table, { ...tables, keys: asked.map(keyIn) });
  return new Set(asked.filter((mark) => found.has(nameOf(keyIn(mark)))));
}

/** Whose outbox events that are sent again are put into; the outbox function's sweep knows it. */
const owner = 'standby';

/**
 * Puts an event into this hub's own outbox, under its lease, in place of the copy of it.
 * @returns false when this hub is not the active one any more.
 * @throws StoreUnavailable
 */
export async function sendAgain(
  tables: StandbyTables,
  fencing: Fencing,
  { publication, copy }: { readonly publication: Publication; readonly copy?: TableKey },
): Promise<boolean> {
  const { table: TableName, client, clock } = tables;
  const items = [
    ...pack([publication]).map((packed) => ({ Put: { TableName, Item: outboxItemOf(owner, packed, clock.now()) } })),
    ...(copy === undefined ? [] : [{ Delete: { TableName, Key: keyAttributes(copy) } }]),
  ];
  return (await transact(client, underLease(items, fencing), tables)) === undefined;
}

/** Marks that waited for the rest of their commit, and have it now. @returns how many entered. @throws StoreUnavailable */
export async function admitWaiting(tables: StandbyTables): Promise<number> {
  let entered = 0;
  for await (const page of pagesOf(tables, waitingPartition)) {
    const marks = page.flatMap((item) => {
      const mark = imageOf(JSON.parse(item['item']?.S ?? '{}') as Record<string, unknown>) ?? {};
      const companions = JSON.parse(item['companions']?.S ?? '[]') as NonNullable<Admission['companions']>;
      return [{ kind: 'put', item: mark, companions, admission: 'history', keep: false, waiting: item } as const];
    });
    const { whole } = await sortMarks(marks, tables);
    for (const { item: mark, waiting } of marks.filter((each) => whole.includes(each))) {
      const { table: TableName, client } = tables;
      const { pk = {}, sk = {} } = waiting;
      const written = await transact(
        client,
        [
          gateCheck(tables, mark['epoch']?.N),
          { Put: { TableName, Item: toItem(mark) } },
          { Delete: { TableName, Key: keyAttributes({ pk: pk.S ?? '', sk: sk.S ?? '' }) } },
        ],
        tables,
      );
      if (written === undefined) entered += 1;
    }
  }
  return entered;
}
