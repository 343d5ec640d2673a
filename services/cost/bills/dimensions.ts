import type { Dimension, SumRow } from '../../../shared/ports/ledger.ts';

/** Dimensions that say whose cost it is; the others say what it was for. */
export const ownerDimensions = ['application', 'service', 'team', 'target'] as const satisfies readonly Dimension[];
export type OwnerDimension = (typeof ownerDimensions)[number];

const owners: ReadonlySet<Dimension> = new Set(ownerDimensions);
export const isOwner = (dimension: Dimension): dimension is OwnerDimension => owners.has(dimension);

export const distinct = (dimensions: readonly Dimension[]): readonly Dimension[] => [...new Set(dimensions)];

/**
 * One text for the values of these dimensions, for maps of many rows: no two come to the same, whatever is in a tag.
 * @param whose in place of the row's own owner
 */
export function keyBy(keys: SumRow['keys'], by: readonly Dimension[], whose?: SumRow['keys']): string {
  let key = '';
  for (const each of by) {
    const value = whose !== undefined && isOwner(each) ? whose[each] : keys[each];
    key += value == null ? '-' : `${value.length}:${value}`;
  }
  return key;
}
