import type { Settings } from '../../shared/domain/settings/index.ts';
import type { PriceSource } from '../../shared/ports/price-source.ts';
import type { CostSettings } from './settings.ts';

/** What cost takes of the configuration. */
export function settingsFrom({ cost, tiers }: Pick<Settings, 'cost' | 'tiers'>): CostSettings {
  return { ...cost, tiers };
}

const names = {
  aws: 'AWS Price List Query API',
  azure: 'Azure Retail Prices API',
  gcp: 'Google Cloud Billing Catalog API',
} as const;

/** The price lists that are read, by name: for who answers questions about them and reads none. */
export function priceListsOf({ prices: { sources } }: CostSettings): readonly Pick<PriceSource, 'name' | 'cloud'>[] {
  return (['aws', 'azure', 'gcp'] as const)
    .filter((cloud) => sources[cloud] !== undefined && sources[cloud].enabled !== false)
    .map((cloud) => ({ cloud, name: names[cloud] }));
}
