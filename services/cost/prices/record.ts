import type { RefreshedPrice } from '../../../shared/catalogue/refreshed.ts';
import type { CatalogueCloud } from '../../../shared/catalogue/types.ts';
import { pricePrefix } from '../keys.ts';

export const priceKey = (cloud: string): string => `${pricePrefix}${cloud}`;

/** What one cloud's price list was found to say. One item: some 500 prices of 150 bytes. */
export interface PriceRecord {
  readonly cloud: CatalogueCloud;
  readonly source: string;
  /** Milliseconds since the epoch, of the last reading. */
  readonly readAt: number;
  /** Rises with each reading. */
  readonly revision: number;
  /** Prices in use. Each is confirmed by the last reading, or `gone`. */
  readonly prices: Readonly<Record<string, RefreshedPrice>>;
  /** Prices that nobody would believe, until the list comes back to reason or somebody accepts them. */
  readonly aside: Readonly<Record<string, AsidePrice>>;
  /** What the last reading could not make out, the first of them. */
  readonly unclear: readonly { readonly key: string; readonly reason: string }[];
  /** Prices of the catalogue for which the last reading had nothing. */
  readonly missing: number;
}

export interface AsidePrice extends Omit<RefreshedPrice, 'gone'> {
  /** new/old, or old/new where it fell. */
  readonly ratio: number;
  readonly reason: string;
  /** Day of the first reading that had it. */
  readonly since: string;
  readonly firstRead: string;
}
