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
