import type { CostConfig } from '../../contracts/config-cost.ts';
import type { PriceSource } from '../../ports/price-source.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { awsPrices } from '../prices-aws/index.ts';
import { azurePrices } from '../prices-azure/index.ts';
import { gcpPrices } from '../prices-gcp/index.ts';
import { newestOf } from '../secrets/newest.ts';

type Sources = NonNullable<NonNullable<CostConfig['prices']>['sources']>;

export interface PriceListsOptions {
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Each price list that is configured and not switched off. Nothing is asked, and no client loaded, before the first reading.
 * @throws Error naming a secret that cannot be had
 */
export function priceLists({ aws, azure, gcp }: Sources, { secrets, now }: PriceListsOptions): readonly PriceSource[] {
  const lists: PriceSource[] = [];
  if (isOn(aws)) lists.push(awsPrices({ now, ...given(aws, ['endpoint', 'spotUrl']) }));
  if (isOn(azure)) lists.push(azurePrices({ now, ...given(azure, ['url']) }));
  if (isOn(gcp)) lists.push(gcpPrices({ now, ...given(gcp, ['endpoint']), ...keyOf(gcp, secrets) }));
  return lists;
}

const isOn = <T extends { readonly enabled?: boolean }>(source: T | undefined): source is T =>
  source !== undefined && source.enabled !== false;

function given<T extends object, K extends keyof T>(from: T, keys: readonly K[]) {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as {
    [Key in K]?: Exclude<T[Key], undefined>;
  };
}

const keyOf = (
  { apiKey }: NonNullable<Sources['gcp']>,
  secrets: Secrets,
): { readonly apiKey?: () => Promise<string> } =>
  apiKey === undefined ? {} : { apiKey: newestOf(secrets, apiKey, 'cost.prices.sources.gcp.apiKey') };
