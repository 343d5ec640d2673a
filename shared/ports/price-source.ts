import type { ListPrice, PriceTier } from '../contracts/prices-updated.ts';
import type { CloudName } from '../contracts/values.ts';

/**
 * A provider's public price list, read for the prices the catalogue has a place for. Only prices that were found are returned: what the
 * list has twice with different amounts, or in a unit nobody knows, is named in `unclear`, and what it does not have is left out.
 *
 * Errors are those of CloudTarget: Throttled (try later), Unauthorized (a key is missing or refused; the message names the field),
 * anything else is retried. A reading is whole or it fails: half a list would look like prices that vanished.
 */
export interface PriceSource {
  /** `AWS Price List Query API`, `Azure Retail Prices API`, `Google Cloud Billing Catalog API`. */
  readonly name: string;
  readonly cloud: CloudName;
  read(wanted: readonly WantedPrice[]): Promise<PriceReading>;
}

/** A member of the catalogue that has, or could have, a price. */
export interface WantedPrice {
  /** `PriceKey` of shared/contracts/prices-updated.ts. */
  readonly key: string;
  /** The cloud's name of the region. */
  readonly region: string;
  /** The continent the region lies in, as the catalogue has it: `europe`, `north-america`, … */
  readonly area: string;
  /** The unit the catalogue counts it in. */
  readonly unit: string;
}

export interface PriceReading {
  readonly prices: readonly ReadPrice[];
  readonly unclear: readonly { readonly key: string; readonly reason: string }[];
  /** Calls that were made. */
  readonly requests: number;
}

export interface ReadPrice {
  readonly key: string;
  readonly price: ListPrice;
  /** Day from which it is charged; where the list does not say, the day of the reading. */
  readonly asOf: string;
  readonly sku: string;
  /** Where the price depends on the amount. All tiers of one ladder are returned, or none. */
  readonly tier?: PriceTier;
}
