import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { gzipSync } from 'node:zlib';
import { limits } from '../../ports/record-store.ts';
import { itemBytes, keyAttributes, type Item, type TableKey } from '../store-dynamodb/index.ts';

/** An item as those who decide see it: the kinds of values that the hub's tables hold. */
export type PlainItem = Readonly<
  Record<string, { readonly S?: string; readonly N?: string; readonly B?: Uint8Array; readonly BOOL?: boolean }>
>;

/** The same thing: the SDK only insists on telling the kinds apart. */
export const toItem = (item: PlainItem): Item => item as Item;

/** A record that fitted as it was, and not with what the follower says of it, is kept as the store keeps the largest: compressed. */
export function fitting(item: PlainItem): Item {
  const { value, ...rest } = toItem(item);
  if (value?.S === undefined || itemBytes(toItem(item)) + flagBytes <= limits.recordBytes) return toItem(item);
  return { ...rest, packed: { B: gzipSync(value.S) } };
}

/** Of a yes or no, which the store has none of. Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats". */
const flagBytes = 1;

export const toPlain = (item: Item): PlainItem => item as PlainItem;

export const keyOf = (item: PlainItem | Item): TableKey => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });
export const nameOf = ({ pk, sk }: TableKey): string => `${pk}\n${sk}`;

/** Lambda hands bytes of a stream record over as base64 text. */
export function imageOf(image: Readonly<Record<string, unknown>> | undefined): PlainItem | undefined {
  if (image === undefined) return undefined;
  const values = image as Readonly<Record<string, AttributeValue | { readonly B: string }>>;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value.B === 'string' ? { B: new Uint8Array(Buffer.from(value.B, 'base64')) } : value,
    ]),
  ) as PlainItem;
}

/** Whose history the table holds, and how far its hub's lease has come: the other region sees by it how far its replica is behind. */
export const historyKey: TableKey = { pk: 'standby#history', sk: '-' };
/** How far bringing the table up has come. */
export const resyncKey: TableKey = { pk: 'standby#resync', sk: '-' };

const strandedPartition = 'standby#stranded';
export const waitingPartition = 'standby#waiting';
const keptMs = 90 * 24 * 3600 * 1000;
const waitingMs = 24 * 3600 * 1000;

/** Kept for people: `aws dynamodb query` on one partition tells all there is, oldest epoch first. */
export function strandedItem(item: PlainItem, why: string, now: number): Item {
  const { pk, sk } = keyOf(item);
  const epoch = item['epoch']?.N ?? '0';
  return {
    // A sort key holds 1,024 bytes, which a record's key alone may take.
    ...keyAttributes({ pk: strandedPartition, sk: `${epoch.padStart(12, '0')}#${pk}#${sk}`.slice(0, 250) }),
    kind: { S: 'stranded' },
    why: { S: why },
    item: { S: JSON.stringify(item, textFirst) },
    expires: { N: String(Math.ceil((now + keptMs) / 1000)) },
  };
}

const textFirst = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;

/** A mark whose commit has not arrived whole: `companions` are missing. */
export function waitingItem(mark: PlainItem, companions: unknown, now: number): Item {
  return {
    ...keyAttributes({ pk: waitingPartition, sk: (mark['pk']?.S ?? '').slice(-1000) }),
    kind: { S: 'waiting' },
    item: { S: JSON.stringify(mark, textFirst) },
    companions: { S: JSON.stringify(companions) },
    expires: { N: String(Math.ceil((now + waitingMs) / 1000)) },
  };
}
