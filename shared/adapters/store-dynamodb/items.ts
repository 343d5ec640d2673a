import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Publication } from '../../ports/event-bus.ts';
import { limits, RecordTooLarge, type Stored } from '../../ports/record-store.ts';
import type { Packed } from '../memory/measure.ts';
import { copyKey, journalKey, markKey, outboxKey, recordKey, type Mark, type TableKey } from './keys.ts';

export type Item = Record<string, AttributeValue>;

/** An item as a stream record carries it, whether the SDK read it or Lambda handed it over. */
export type Image = Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;

/**
 * The value is kept as JSON text, readable in the console. DynamoDB counts keys and attribute names as well: the few values that
 * fit by themselves and not with those are kept compressed.
 * @throws RecordTooLarge, InvalidKey
 */
export function recordItem(owner: string, record: { key: string; version: number; json: string }): Item {
  const { key, version, json } = record;
  const base: Item = {
    ...keyAttributes(recordKey(owner, key)),
    kind: { S: 'record' },
    key: { S: key },
    version: { N: String(version) },
  };
  const plain = { ...base, value: { S: json } };
  if (itemBytes(plain) <= limits.recordBytes) return plain;
  const packed = { ...base, packed: { B: gzipSync(json) } };
  if (itemBytes(packed) > limits.recordBytes) throw new RecordTooLarge(key, itemBytes(plain));
  return packed;
}

export function storedOf<T>(item: Item): Stored<T> {
  const packed = item['packed']?.B;
  const json = packed === undefined ? textOf(item, 'value') : gunzipSync(packed).toString();
  return { key: textOf(item, 'key'), version: versionOf(item), value: JSON.parse(json) as T };
}

/** 0 when there is no item. */
export function versionOf(item: Item | undefined): number {
  return Number(item?.['version']?.N ?? 0);
}

/** What committed with a mark, by the key under which it stands in the other hub's table: `[pk, sk, version]`, or `[pk, sk]`. */
export type Companion = readonly [pk: string, sk: string, version?: number];

/**
 * @param expires seconds since the epoch: DynamoDB removes it some time after
 * @param companions where there is a standby hub: items of a transaction arrive there one by one, and an event must not count as handled
 * whose outcome has not arrived
 */
export function markItem(owner: string, mark: Mark, expires: number, companions: readonly Companion[] = []): Item {
  return {
    ...keyAttributes(markKey(owner, mark)),
    kind: { S: 'mark' },
    consumer: { S: mark.consumer },
    source: { S: mark.source },
    id: { S: mark.id },
    expires: { N: String(expires) },
    ...(companions.length === 0 ? {} : { with: { S: JSON.stringify(companions) } }),
  };
}

/**
 * What commits with a transaction so that the outbox function publishes it.
 * @param committedAt milliseconds since the epoch: an event's own time may be anybody's, and says nothing of how long it has waited here
 */
export function outboxItemOf(owner: string, { event, json, dueAt }: Packed, committedAt: number): Item {
  return {
    ...keyAttributes(outboxKey(owner, event)),
    kind: { S: 'outbox' },
    event: { S: json },
    committedAt: { N: String(committedAt) },
    ...(dueAt > 0 ? { dueAt: { N: String(dueAt) } } : {}),
  };
}

/** An outgoing event, as what committed with a mark. */
export function companionOf(event: Envelope): Companion {
  const { pk, sk } = copyKey(event);
  return [pk, sk];
}

export interface OutboxEntry {
  /** To delete it by, once the event has been handed on. */
  readonly key: TableKey;
  readonly publication: Publication;
  /** Milliseconds since the epoch; absent on items of releases that did not write it. */
  readonly committedAt?: number;
}

/** The event of an outbox item; undefined for items of any other kind. */
export function readOutboxItem(image: Image): OutboxEntry | undefined {
  if (image['kind']?.S !== 'outbox') return undefined;
  const dueAt = image['dueAt']?.N;
  const event = JSON.parse(textOf(image, 'event')) as Envelope;
  return {
    key: { pk: textOf(image, 'pk'), sk: textOf(image, 'sk') },
    publication: dueAt === undefined ? { event } : { event, dueAt: Number(dueAt) },
    ...since(image['committedAt']?.N),
  };
}

/**
 * What the other hub accepted, as it stands in this hub's table: the second place of a 202.
 * @param acceptedAt milliseconds since the epoch by the accepting hub's clock: for people and for metrics, not for decisions
 * @param expires seconds since the epoch
 */
export function journalItemOf({ event, json }: Packed, at: { acceptedAt: number; expires: number }): Item {
  return {
    ...keyAttributes(journalKey(event)),
    kind: { S: 'accepted' },
    event: { S: json },
    acceptedAt: { N: String(at.acceptedAt) },
    expires: { N: String(at.expires) },
  };
}

/** The event of a journal item, and the key to delete it by once it is handled or the other hub's own commit has come; undefined for items of any other kind. */
export function readJournalItem(image: Image): OutboxEntry | undefined {
  if (image['kind']?.S !== 'accepted') return undefined;
  const event = JSON.parse(textOf(image, 'event')) as Envelope;
  const key = { pk: textOf(image, 'pk'), sk: textOf(image, 'sk') };
  return { key, publication: { event }, ...since(image['acceptedAt']?.N) };
}

const since = (moment: string | undefined): Pick<OutboxEntry, 'committedAt'> =>
  moment === undefined ? {} : { committedAt: Number(moment) };

export function keyAttributes({ pk, sk }: TableKey): { readonly pk: { S: string }; readonly sk: { S: string } } {
  return { pk: { S: pk }, sk: { S: sk } };
}

/**
 * Size by DynamoDB's rule: names and values in UTF-8; a number takes a byte for two digits and one more.
 * Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, B }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  return B?.byteLength ?? 0;
}

function textOf(item: Image | Item, name: string): string {
  const text = item[name]?.S;
  if (text !== undefined) return text;
  throw new TypeError(
    `item ${item['pk']?.S} ${item['sk']?.S} has no text in "${name}": the table holds what this release did not write`,
  );
}
