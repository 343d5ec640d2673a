import { GetItemCommand, PutItemCommand, type DynamoDBClient, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Logger } from '../../ports/logger.ts';
import { keyAttributes, reaching, type Patience, type TableKey } from '../store-dynamodb/index.ts';
import { gateCheck, notOver, notOverOurs, type Gate } from './conditions.ts';
import { getMany } from './get-many.ts';
import { fitting, keyOf, nameOf, strandedItem, toItem, toPlain, waitingItem, type PlainItem } from './items.ts';
import { transact } from './transact.ts';

/** One change of the other hub's table, as services/standby decides on it. */
export interface Admission {
  readonly kind: 'put' | 'remove';
  readonly item: PlainItem;
  readonly admission: 'history' | 'always';
  readonly companions?: readonly (TableKey & { readonly version?: number })[];
  readonly instead?: TableKey;
  readonly keep: boolean;
}

export interface Admitted {
  admitted: number;
  /** Of an epoch that this hub does not let in. */
  stranded: number;
  /** Ours is not older. */
  older: number;
  /** Marks whose commit has not arrived whole. */
  waiting: number;
}

export interface StandbyTables extends Gate, Patience {
  readonly client: DynamoDBClient;
  /** This hub's own. */
  readonly table: string;
  /** The other hub's, as its replica in this region. */
  readonly replica: string;
  readonly clock: { now(): number };
  readonly logger: Logger;
}

/** With the items that go with them, and the check, within the hundred of a transaction. */
const entriesPerTransaction = 33;

/**
 * Lets changes of the other hub into this hub's table, in the order in which they come, as many to a transaction as go under one
 * check. Doing it again changes nothing.
 * @param whole whether our table holds the history that the changes belong to; else what we committed ourselves is set aside before it
 * is written over.
 * @throws StoreUnavailable
 */
export async function admitAll(
  entries: readonly Admission[],
  tables: StandbyTables,
  whole: boolean,
): Promise<Readonly<Admitted>> {
  const sum: Admitted = { admitted: 0, stranded: 0, older: 0, waiting: 0 };
  const add = async (some: readonly Admission[]): Promise<void> => {
    for (const chunk of chunksOf(some)) await admitChunk(chunk, { tables, whole, sum });
  };
  await add(entries.filter(({ admission }) => admission === 'always'));
  const history = entries.filter(({ admission }) => admission === 'history');
  const standing = await standingOf(history, tables);
  sum.older += standing.size;
  await add(history.filter((entry) => entry.companions === undefined && !standing.has(entry)));
  const { whole: marks, torn } = await sortMarks(
    history.filter(({ companions }) => companions !== undefined),
    tables,
  );
  await add(marks);
  for (const { item, companions } of torn) {
    await put(tables, toItem(waitingItem(item, companions, tables.clock.now())));
    sum.waiting += 1;
  }
  return sum;
}

/** Deletions of what stands in the other hub's table again: they were undone there. */
async function standingOf(entries: readonly Admission[], tables: StandbyTables): Promise<ReadonlySet<Admission>> {
  const standing = new Set<Admission>();
  for (const entry of entries.filter(({ kind }) => kind === 'remove')) {
    const Key = keyAttributes(keyOf(entry.item));
    const get = new GetItemCommand({ TableName: tables.replica, Key, ConsistentRead: true });
    const { Item } = await reaching('the replica', () => tables.client.send(get));
    if (Item !== undefined) standing.add(entry);
  }
  return standing;
}

/** A mark enters when everything is there that committed with it: else an event would count as handled whose outcome is lost. */
export async function sortMarks(
  marks: readonly Admission[],
  tables: StandbyTables,
): Promise<{ readonly whole: readonly Admission[]; readonly torn: readonly Admission[] }> {
  if (marks.length === 0) return { whole: [], torn: [] };
  const keys = marks.flatMap(({ companions = [] }) => companions);
  const found = await getMany(tables.client, tables.table, { ...tables, keys });
  const isWhole = ({ item: mark, companions = [] }: Admission): boolean =>
    companions.every(({ version, ...key }) => {
      const item = found.get(nameOf(key));
      if (item === undefined || version === undefined) return item !== undefined;
      const epochs = [item, mark].map((each) => Number(each['epoch']?.N ?? 0)) as [number, number];
      return epochs[0] > epochs[1] || Number(item['version']?.N ?? 0) >= version;
    });
  return { whole: marks.filter(isWhole), torn: marks.filter((mark) => !isWhole(mark)) };
}

/** Under one check, each item once. */
function chunksOf(entries: readonly Admission[]): readonly (readonly Admission[])[] {
  const chunks: Admission[][] = [];
  let [check, names]: [string, Set<string>] = ['', new Set()];
  for (const entry of entries) {
    const name = nameOf(keyOf(entry.item));
    const chunk = chunks.at(-1);
    if (chunk !== undefined && check === checkOf(entry) && !names.has(name) && chunk.length < entriesPerTransaction) {
      chunk.push(entry);
      names.add(name);
    } else {
      chunks.push([entry]);
      [check, names] = [checkOf(entry), new Set([name])];
    }
  }
  return chunks;
}

const checkOf = ({ admission, kind, item }: Admission): string =>
  admission === 'always' ? 'none' : kind === 'remove' ? 'holder' : (item['epoch']?.N ?? 'holder');

interface Work {
  readonly tables: StandbyTables;
  readonly whole: boolean;
  readonly sum: Admitted;
}

interface Step {
  readonly entry: Admission;
  /** What of ours is written over, and kept for people. */
  readonly aside?: PlainItem;
  readonly strict: boolean;
}

async function admitChunk(chunk: readonly Admission[], { tables, whole, sum }: Work): Promise<void> {
  const check = chunk[0] === undefined ? 'none' : checkOf(chunk[0]);
  const gate = check === 'none' ? [] : [gateCheck(tables, check === 'holder' ? undefined : check)];
  let steps: readonly Step[] = chunk.map((entry) => ({ entry, strict: !whole && entry.admission === 'history' }));
  while (steps.length > 0) {
    const planned = steps.map((step) => itemsOf(step, tables));
    const reasons = await transact(tables.client, [...gate, ...planned.flat()], tables);
    if (reasons === undefined) {
      sum.admitted += steps.length;
      return;
    }
    if (gate.length > 0 && reasons[0]?.Code === 'ConditionalCheckFailed') {
      sum.stranded += steps.length;
      await setAside(steps, tables);
      return;
    }
    let at = gate.length;
    steps = steps.flatMap((step, index): readonly Step[] => {
      const mine = reasons.slice(at, (at += planned[index]?.length ?? 0));
      const failed = mine.find(({ Code }) => Code !== undefined && Code !== 'None');
      if (failed === undefined) return [step];
      if (step.strict) return [relaxed(step, failed.Item)];
      sum.older += 1;
      if (failed.Code === 'ValidationError') {
        tables.logger.error('follower.refused', { ...keyOf(step.entry.item), reason: failed.Message });
      }
      return [];
    });
  }
}

function relaxed({ entry }: Step, found: Parameters<typeof toPlain>[0] | undefined): Step {
  const ours = found === undefined ? undefined : toPlain(found);
  const isOurs = ours !== undefined && ours['followed'] === undefined && entry.keep;
  return { entry, strict: false, ...(isOurs ? { aside: ours } : {}) };
}

function itemsOf({ entry, aside, strict }: Step, { table: TableName, clock }: StandbyTables): TransactWriteItem[] {
  const { kind, item, instead } = entry;
  const condition = entry.admission === 'always' ? {} : strict ? notOverOurs(item) : notOver(item);
  const told = { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  const first: TransactWriteItem =
    kind === 'put'
      ? { Put: { TableName, Item: fitting(item), ...told } }
      : { Delete: { TableName, Key: keyAttributes(keyOf(item)), ...told } };
  return [
    first,
    ...(instead === undefined ? [] : [{ Delete: { TableName, Key: keyAttributes(instead) } }]),
    ...(aside === undefined ? [] : [{ Put: { TableName, Item: strandedItem(aside, 'replaced there', clock.now()) } }]),
  ];
}

async function setAside(steps: readonly Step[], tables: StandbyTables): Promise<void> {
  for (const { entry } of steps) {
    if (entry.keep) await put(tables, strandedItem(entry.item, 'of an older epoch', tables.clock.now()));
  }
}

async function put({ client, table }: StandbyTables, Item: ReturnType<typeof toItem>): Promise<void> {
  await reaching('follower', () => client.send(new PutItemCommand({ TableName: table, Item })));
}
