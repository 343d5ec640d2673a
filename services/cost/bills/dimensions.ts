import type { Dimension } from '../../../shared/ports/ledger.ts';

/** Dimensions that say whose cost it is; the others say what it was for. */
export const ownerDimensions = ['application', 'service', 'team', 'target'] as const satisfies readonly Dimension[];
export type OwnerDimension = (typeof ownerDimensions)[number];

export const isOwner = (dimension: Dimension): dimension is OwnerDimension =>
  (ownerDimensions as readonly Dimension[]).includes(dimension);

export const distinct = (dimensions: readonly Dimension[]): readonly Dimension[] => [...new Set(dimensions)];
