import { BatchGetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { LogEntry, LogQuery } from '../../ports/event-log.ts';
import { systemTimer } from '../memory/timer.ts';
import { keyAttributes, pauseAfter, reaching, StoreUnavailable, type Item } from '../store-dynamodb/index.ts';
import { readHead, type Table } from './head.ts';
import { entryOf, sequenceOf } from './items.ts';
import { chainPartition, entriesPerPartition, entryKey, partitionKeyOf, partitionOf, sortKeyOf } from './keys.ts';

/** Sequence numbers, both ends included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * With a correlation id, its pointers are asked; without, the log is walked partition by partition until the page is full. Walking by
 * type or subject reads what it passes over: a rare type in a long log takes a query for each thousand events, so give `after`.
 */
export async function readLog(table: Table, query: LogQuery): Promise<readonly LogEntry[]> {
  const { after = 0, before = Infinity, limit = 100, correlationid } = query;
  if (limit <= 0 || before - after <= 1) return [];
  const span = { first: after + 1, last: Math.min(await readHead(table), before - 1) };
  if (span.last < span.first) return [];
  if (correlationid === undefined) return (await firstOf(walk(table, query, span), limit)).map(entryOf);
  const pointers = await firstOf(select(table, chainPartition(correlationid), query, span), limit);
  return entriesAt(table, pointers.map(sequenceOf));
}

async function firstOf(items: AsyncIterable<Item>, limit: number): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length === limit) break;
  }
  return found;
}

async function* walk(table: Table, query: LogQuery, { first, last }: Span): AsyncIterable<Item> {
  const [from, to] = [partitionOf(first), partitionOf(last)];
  for (let step = 0; step <= to - from; step++) {
    const partition = query.reverse === true ? to - step : from + step;
    const start = partition * entriesPerPartition;
    const within = { first: Math.max(first, start), last: Math.min(last, start + entriesPerPartition - 1) };
    yield* select(table, partitionKeyOf(partition), query, within);
  }
}

/** What the query selects in one partition; further answers of at most 1 MB are asked for as they are drawn. */
async function* select({ client, table }: Table, pk: string, query: LogQuery, span: Span): AsyncIterable<Item> {
  const input = selection(pk, query, span);
  let from: Item | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      // A follower goes on behind what it has seen: an entry that appeared late would be lost to it.
      ConsistentRead: true,
      ...input,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const page = await reaching(`log partition ${pk}`, () => client.send(command));
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

export function selection(pk: string, query: LogQuery, { first, last }: Span): Partial<QueryCommandInput> {
  const { type, subjectPrefix, limit = 100, reverse } = query;
  const filters = [
    ...(type === undefined ? [] : [{ condition: '#type = :type', name: 'type', value: type }]),
    ...(subjectPrefix === undefined
      ? []
      : [{ condition: 'begins_with(#subject, :subject)', name: 'subject', value: subjectPrefix }]),
  ];
  const values = { ':pk': { S: pk }, ':first': { S: sortKeyOf(first) }, ':last': { S: sortKeyOf(last) } };
  const base = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ScanIndexForward: reverse !== true,
  };
  // DynamoDB counts the limit before it filters.
  if (filters.length === 0) return { ...base, Limit: limit, ExpressionAttributeValues: values };
  return {
    ...base,
    FilterExpression: filters.map(({ condition }) => condition).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(filters.map(({ name }) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...values,
      ...Object.fromEntries(filters.map(({ name, value }) => [`:${name}`, { S: value }])),
    },
  };
}

const keysPerRequest = 100;
const maximumAttempts = 8;

/** Entries by number, in the order of the numbers given. */
async function entriesAt(table: Table, sequences: readonly number[]): Promise<readonly LogEntry[]> {
  const found = new Map<number, LogEntry>();
  for (let at = 0; at < sequences.length; at += keysPerRequest) {
    const keys = sequences.slice(at, at + keysPerRequest).map((sequence) => keyAttributes(entryKey(sequence)));
    for (const item of await getAll(table, keys)) found.set(sequenceOf(item), entryOf(item));
  }
  return sequences.flatMap((sequence) => found.get(sequence) ?? []);
}

/** At most 16 MB come at once, and less from a throttled table: what is left is asked for again. */
async function getAll({ client, table }: Table, keys: readonly Item[]): Promise<readonly Item[]> {
  const found: Item[] = [];
  let left = [...keys];
  for (let attempt = 1; ; attempt++) {
    const RequestItems = { [table]: { Keys: left, ConsistentRead: true } };
    const answer = await reaching('log entries', () => client.send(new BatchGetItemCommand({ RequestItems })));
    found.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return found;
    if (attempt === maximumAttempts) throw new StoreUnavailable('log entries: the table is throttled; try again');
    await pauseAfter(attempt, { timer: systemTimer, random: Math.random });
  }
}
