import type { PriceSource } from '../../ports/price-source.ts';

export interface AwsPricesOptions {
  /** Default `https://api.pricing.us-east-1.amazonaws.com`: the API is in few regions and tells the prices of all. */
  readonly endpoint?: string;
  /** The open list of Fargate Spot prices; default the one that aws.amazon.com/fargate/pricing reads. */
  readonly spotUrl?: string;
  /** Default: those of the environment. They need `pricing:GetProducts`. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const defaultSpotUrl = 'https://dftu77xade0tc.cloudfront.net/fargate-spot-prices.json';

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
