import type { PriceSource } from '../../ports/price-source.ts';
import type { AzurePricesOptions } from './options.ts';

/**
 * Prices of the Azure Retail Prices API (learn.microsoft.com/rest/api/cost-management/retail-prices).
 *
 * @example
 * const prices = azurePrices({ now: Date.now });
 * await prices.read([{ key: 'azure/westus2/container-apps#active.vcpuHour', region: 'westus2', area: 'north-america', unit: 'vcpu-hour' }]);
 */
export function azurePrices(options: AzurePricesOptions): PriceSource {
  return {
    name: 'Azure Retail Prices API',
    cloud: 'azure',
    read: async (wanted) => (await import('./read.ts')).read(wanted, options),
  };
}

export type { AzurePricesOptions } from './options.ts';
