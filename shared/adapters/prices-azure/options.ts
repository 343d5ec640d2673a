export interface AzurePricesOptions {
  /** Default `https://prices.azure.com/api/retail/prices`. Nobody needs to sign in. */
  readonly url?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const defaultUrl = 'https://prices.azure.com/api/retail/prices';
