/** A value of an item of the table: text, number, bytes or yes and no is all that the hub's own tables hold. */
export interface Attribute {
  readonly S?: string;
  /** As DynamoDB writes numbers. */
  readonly N?: string;
  readonly B?: Uint8Array;
  readonly BOOL?: boolean;
}

export type Item = Readonly<Record<string, Attribute>>;

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export const textOf = (item: Item, name: string): string | undefined => item[name]?.S;

/** Undefined when there is no number of that name. */
export function numberOf(item: Item | undefined, name: string): number | undefined {
  const value = item?.[name]?.N;
  return value === undefined ? undefined : Number(value);
}

export const keyOf = (item: Item): ItemKey => ({ pk: textOf(item, 'pk') ?? '', sk: textOf(item, 'sk') ?? '' });

/** What stands in a hub's table because the other hub wrote it first. Its own writes replace the whole item, and the flag with it. */
export const followed = (item: Item): Item => ({ ...item, followed: { BOOL: true } });
export const isFollowed = (item: Item): boolean => item['followed']?.BOOL === true;

/** Partitions that are a hub's own business, and nothing of the history that goes on. */
export const isOfStandby = (item: Item): boolean => (textOf(item, 'pk') ?? '').startsWith('standby#');

/** Where an item stands within one history: by epoch, then by what counts up within it. What never had an epoch is the oldest. */
export function rankOf(item: Item): readonly [epoch: number, count: number] {
  return [numberOf(item, 'epoch') ?? 0, numberOf(item, 'version') ?? numberOf(item, 'sequence') ?? 0];
}

/** Negative when `a` is older than `b`. */
export function compareRanks(a: Item, b: Item): number {
  const [epochA, countA] = rankOf(a);
  const [epochB, countB] = rankOf(b);
  return epochA - epochB || countA - countB;
}
