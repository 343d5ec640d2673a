import type { PriceSource } from '../../ports/price-source.ts';
import type { AwsPricesOptions } from './options.ts';

/**
 * Prices of the AWS Price List Query API, and of the Fargate Spot list, which the API does not have. The SDK is loaded with the first
 * reading.
 *
 * @example
 * const prices = awsPrices({ now: Date.now });
 * await prices.read([{ key: 'aws/eu-west-1/fargate#amd64.vcpuHour', region: 'eu-west-1', area: 'europe', unit: 'vcpu-hour' }]);
 */
export function awsPrices(options: AwsPricesOptions): PriceSource {
  return {
    name: 'AWS Price List Query API',
    cloud: 'aws',
    read: async (wanted) => (await import('./read.ts')).read(wanted, options),
  };
}

export type { AwsPricesOptions } from './options.ts';
