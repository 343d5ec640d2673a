import type { PriceSource } from '../../ports/price-source.ts';
import type { GcpPricesOptions } from './options.ts';

/**
 * Prices of the Google Cloud Billing Catalog API. The client is loaded with the first reading.
 *
 * Not read: traffic between regions (the list names some hundred pairs of cities, not regions) and GKE's cluster fee; both stay as the
 * catalogue has them.
 *
 * @example
 * const prices = gcpPrices({ apiKey: () => readFile('key', 'utf8'), now: Date.now });
 * await prices.read([{ key: 'gcp/us-central1/cloud-run#active.vcpuHour', region: 'us-central1', area: 'north-america', unit: 'vcpu-hour' }]);
 */
export function gcpPrices(options: GcpPricesOptions): PriceSource {
  return {
    name: 'Google Cloud Billing Catalog API',
    cloud: 'gcp',
    read: async (wanted) => (await import('./read.ts')).read(wanted, options),
  };
}

export type { GcpPricesOptions } from './options.ts';
