import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type CancellationReason,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import type { Envelope } from '../../contracts/envelope.ts';
import type { PublishResult } from '../../ports/event-bus.ts';
import type { LogEntry } from '../../ports/event-log.ts';
import { limits } from '../../ports/record-store.ts';
import { systemTimer, type Timer } from '../memory/timer.ts';
import {
  fenced,
  identityOf,
  pauseAfter,
  reaching,
  reasonsUnder,
  StoreUnavailable,
  TransactionInvalid,
  underLease,
  type Fence,
  type Fencing,
} from '../store-dynamodb/index.ts';
import { readHead, type Table } from './head.ts';
import { entryItem, headItem, identityItem, pointerItem } from './items.ts';

export interface AppendOptions extends Table {
  /** How many consumers an event is routed to. */
  readonly consumersOf: (event: Envelope) => number;
  /** Where there is a standby hub: entries commit under this hub's lease. @throws NotTheActiveHub */
  readonly fence?: Fence | undefined;
  readonly now?: () => number;
  readonly timer?: Timer;
  readonly random?: () => number;
}

/** Entry, identity and pointer of each event; the head once, and where there is a standby hub the check of the lease. */
const itemsPerEvent = 3;
const eventsPerTransaction = Math.floor((limits.transactionItems - 2) / itemsPerEvent);
/** Leaves room for what an event takes beside its JSON: at most some four kilobytes, in 32 events. */
const bytesPerTransaction = limits.transactionBytes - eventsPerTransaction * 4096;
const maximumAttempts = 8;

/**
 * Enters events in the log, each once however often it is delivered, with numbers that rise by one. Numbers are given out by a
 * condition on the log's head in the same transaction, so there is no gap and no entry is ever replaced; several writers at once
 * are safe and only slow each other down.
 *
 * @returns for each event, in order, whether it is new to the log.
 * @throws StoreUnavailable (try again: what was entered is then a duplicate), TransactionInvalid, NotTheActiveHub.
 */
export async function appendToLog(
  events: readonly Envelope[],
  options: AppendOptions,
): Promise<readonly PublishResult[]> {
  const firstAt = new Map<string, number>();
  for (const [at, event] of events.entries()) {
    const identity = identityOf(event);
    if (!firstAt.has(identity)) firstAt.set(identity, at);
  }
  const isFirst = (event: Envelope, at: number): boolean => firstAt.get(identityOf(event)) === at;
  const accepted = new Set<Envelope>();
  for (const chunk of chunksOf(events.filter(isFirst))) {
    for (const event of await appendChunk(chunk, options)) accepted.add(event);
  }
  return events.map((event, at) => (accepted.has(event) && isFirst(event, at) ? 'accepted' : 'duplicate'));
}

/** As few transactions as the table's limits allow, in order. */
export function chunksOf(events: readonly Envelope[]): readonly (readonly Envelope[])[] {
  const chunks: Envelope[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event));
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length === eventsPerTransaction || bytes + size > bytesPerTransaction) {
      chunks.push([event]);
      bytes = size;
    } else {
      chunk.push(event);
      bytes += size;
    }
  }
  return chunks;
}

/** @returns the events that were new. */
async function appendChunk(chunk: readonly Envelope[], options: AppendOptions): Promise<readonly Envelope[]> {
  const { timer = systemTimer, random = Math.random, fence, now = Date.now } = options;
  let left = chunk;
  for (let attempt = 1; left.length > 0; attempt++) {
    const head = await readHead(options);
    const reasons = await fenced(fence, now(), (fencing) => tryAppend(left, head, { ...options, fencing }));
    if (reasons === undefined) return left;
    const known = knownOf(left, reasons);
    left = left.filter((event) => !known.has(event));
    // What is known already is left out at once; another writer, or a throttled table, is given time.
    if (known.size > 0) continue;
    if (attempt >= maximumAttempts) {
      const codes = [...new Set(reasons.map(({ Code }) => Code))].filter((code) => code !== 'None');
      throw new StoreUnavailable(`log: ${attempt} attempts to append were cancelled (${codes.join(', ')}); try again`);
    }
    await pauseAfter(attempt, { timer, random });
  }
  return [];
}

/** @returns nothing when it is in the log, else why not, by position. */
async function tryAppend(
  events: readonly Envelope[],
  head: number,
  { client, table, consumersOf, fencing }: AppendOptions & { readonly fencing: Fencing | undefined },
): Promise<readonly CancellationReason[] | undefined> {
  const entries = events.map((event, at) => ({ sequence: head + 1 + at, event, consumers: consumersOf(event) }));
  const command = new TransactWriteItemsCommand({
    TransactItems: underLease(planAppend(entries, head, table), fencing),
  });
  try {
    await reaching('log', () => client.send(command));
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = reasonsUnder(fencing, error.CancellationReasons ?? []);
    const invalid = reasons.find(({ Code }) => Code === 'ValidationError');
    if (invalid !== undefined) throw new TransactionInvalid(`log: DynamoDB refuses an entry: ${invalid.Message ?? ''}`);
    return reasons;
  }
}

/** Identities first, in the order of the entries: which of them are known is told by position. */
export function planAppend(entries: readonly LogEntry[], head: number, TableName: string): TransactWriteItem[] {
  const isNew = { TableName, ConditionExpression: 'attribute_not_exists(pk)' };
  const isHead = {
    TableName,
    ConditionExpression: '#sequence = :head',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ExpressionAttributeValues: { ':head': { N: String(head) } },
  };
  return [
    ...entries.map((entry) => ({ Put: { ...isNew, Item: identityItem(entry) } })),
    // Also where the head should have been put back by hand or from a backup: an entry that stands is never replaced.
    ...entries.map((entry) => ({ Put: { ...isNew, Item: entryItem(entry) } })),
    ...entries.map((entry) => ({ Put: { TableName, Item: pointerItem(entry) } })),
    { Put: { ...(head === 0 ? isNew : isHead), Item: headItem(head + entries.length) } },
  ];
}

function knownOf(events: readonly Envelope[], reasons: readonly CancellationReason[]): ReadonlySet<Envelope> {
  return new Set(events.filter((_, at) => reasons[at]?.Code === 'ConditionalCheckFailed'));
}
