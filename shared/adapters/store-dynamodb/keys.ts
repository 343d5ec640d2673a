import { hash } from 'node:crypto';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Transaction } from '../../ports/record-store.ts';
import { InvalidKey } from './errors.ts';

/** Primary key of an item of the one table. */
export interface TableKey {
  readonly pk: string;
  readonly sk: string;
}

export type Mark = NonNullable<Transaction['mark']>;
type Identity = Pick<Envelope, 'source' | 'id'>;

/** DynamoDB's limits in UTF-8 bytes; the sort key leaves room for the four bytes that end a range. */
const partitionKeyBytes = 2048;
const sortKeyBytes = 1020;
/** Sort key of a record whose key is one segment. */
const alone = '-';
/** Above every character that UTF-8 can hold, so above every sort key with a given prefix. */
const aboveAll = '\u{10ffff}';

/** `deployment/shop/web` of monitor is kept at `monitor#deployment`, `shop/web`. @throws InvalidKey */
export function recordKey(owner: string, key: string): TableKey {
  const { segment, rest } = split(key);
  if (rest === '' || rest === alone) {
    throw new InvalidKey(key, `must not end with "/" or be one segment and "/${alone}": no item could tell them apart`);
  }
  const sk = rest ?? alone;
  if (Buffer.byteLength(sk) > sortKeyBytes) {
    throw new InvalidKey(key, `has more than ${sortKeyBytes} bytes behind its first segment`);
  }
  return { pk: partitionOf(owner, key, segment), sk };
}

/** Sort keys of one partition, both ends included. */
export interface KeyRange {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Where the records with this prefix behind `after` are; undefined when there can be none.
 * @throws InvalidKey when the prefix does not hold the whole first segment: that would be more than one partition.
 */
export function rangeOf(owner: string, prefix: string, after = ''): KeyRange | undefined {
  const { segment, rest } = split(prefix);
  if (rest === undefined) {
    throw new InvalidKey(prefix, 'is no prefix to list by: it must hold the whole first segment and its "/"');
  }
  const pk = partitionOf(owner, prefix, segment);
  const to = `${rest}${aboveAll}`;
  // A sort key is never empty: the zero character alone is the least there is.
  const all = { pk, from: rest === '' ? '\u0000' : rest, to };
  if (Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0) return all;
  if (!after.startsWith(prefix)) return undefined;
  // The least string above `after` is the one with a zero character behind it.
  const from = `${after.slice(segment.length + 1)}\u0000`;
  if (Buffer.byteLength(from) > sortKeyBytes + 1)
    throw new InvalidKey(after, 'is longer than any key: there is no going on after it');
  return Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0 ? undefined : { pk, from, to };
}

export function markKey(owner: string, { consumer, source, id }: Mark): TableKey {
  return { pk: `${owner}#mark#${consumer}#${identityOf({ source, id })}`, sk: 'mark' };
}

export const outboxShards: readonly string[] = Array.from({ length: 16 }, (_, shard) => shard.toString(16));

export const outboxPartition = (owner: string, shard: string): string => `${owner}#outbox#${shard}`;

/**
 * Sorted by time within a shard. The end of the sort key tells events of different sources apart that share time and id: one must
 * not replace the other before it is sent.
 */
export function outboxKey(owner: string, event: Pick<Envelope, 'source' | 'id' | 'time'>): TableKey {
  const identity = identityOf(event);
  const time = new Date(event.time).toISOString();
  return { pk: outboxPartition(owner, identity.slice(0, 1)), sk: `${time}#${event.id}#${identity.slice(0, 16)}` };
}

/**
 * Where a hub's table keeps what the other hub accepted (docs/adr/0013-hub-region-loss.md, "202"): the second place of an event, until
 * the follower has let the other hub's own commit of it in. By identity alone, so that accepting again is the same item, and whoever
 * has the event finds the item to delete. Items are `kind = "accepted"` and carry no epoch: they are let in whoever holds the lease.
 */
export function journalKey(event: Identity): TableKey {
  const identity = identityOf(event);
  return { pk: journalPartition(identity.slice(0, 1)), sk: identity };
}

export const journalPartition = (shard: string): string => `standby#journal#${shard}`;

/**
 * Where the other hub's follower keeps a copy of an outgoing event (services/standby/copy.ts): marks tell by it what committed with them.
 */
export function copyKey(event: Identity): TableKey {
  const identity = identityOf(event);
  return { pk: `standby#copy#${identity.slice(0, 1)}`, sk: identity };
}

/** Shards of the journal, one character each. */
export const journalShards: readonly string[] = outboxShards;

/** Beginning of the names of the same in the other cloud, beside the object that is the lease's witness. */
export const journalPrefix = 'journal/';

/** The object's body is the event as structured JSON, nothing else. */
export const journalObject = (event: Identity): string => `${journalPrefix}${identityOf(event)}`;

/** What two deliveries of one event have in common. */
export function identityOf({ source, id }: Identity): string {
  return hash('sha256', `${source}\n${id}`, 'hex');
}

function split(key: string): { readonly segment: string; readonly rest: string | undefined } {
  const at = key.indexOf('/');
  return at < 0 ? { segment: key, rest: undefined } : { segment: key.slice(0, at), rest: key.slice(at + 1) };
}

function partitionOf(owner: string, key: string, segment: string): string {
  if (segment === '') throw new InvalidKey(key, 'must begin with a segment of at least one character');
  // "#" parts the kinds of items: with it, a record could lie in the partition of a mark.
  if (segment.includes('#')) throw new InvalidKey(key, 'must not have "#" in its first segment');
  const pk = `${owner}#${segment}`;
  if (Buffer.byteLength(pk) > partitionKeyBytes) {
    throw new InvalidKey(key, `has a first segment of more than ${partitionKeyBytes} bytes (owner included)`);
  }
  return pk;
}
