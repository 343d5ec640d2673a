import type { WantedPrice } from '../../ports/price-source.ts';
import { listPrice } from '../price-reading/decimal.ts';
import { fetchJson } from '../price-reading/fetch-json.ts';
import { fieldsOf, isFields, textOf } from '../price-reading/fields.ts';
import type { Offer } from '../price-reading/settle.ts';
import { defaultSpotUrl, type AwsPricesOptions } from './options.ts';

const members: Readonly<Record<string, readonly [string, string]>> = {
  'vCPU-Hours': ['spot.vcpuHour', 'vcpu-hour'],
  'GB-Hours': ['spot.gibHour', 'gib-hour'],
  'ARM-vCPU-Hours': ['spotArm64.vcpuHour', 'vcpu-hour'],
  'ARM-GB-Hours': ['spotArm64.gibHour', 'gib-hour'],
};

/**
 * Fargate Spot prices. They float, so the Price List has none; the list that the pricing page shows is open, of the form
 * `{prices: [{unit: 'vCPU-Hours', price: {USD: '0.01…'}, attributes: {'aws:region': 'us-east-1'}}]}`. Nobody promises it: where it cannot
 * be had, spot prices are unclear and the others are read all the same.
 */
export async function readSpot(
  wanted: readonly WantedPrice[],
  { spotUrl = defaultSpotUrl, now }: AwsPricesOptions,
): Promise<{ readonly offers: readonly Offer[]; readonly requests: number }> {
  const asked = wanted.filter(({ key }) => key.includes('#spot'));
  if (asked.length === 0) return { offers: [], requests: 0 };
  const today = new Date(now()).toISOString().slice(0, 10);
  const list = await fetchJson(new URL(spotUrl), { mostBytes: 4 * 2 ** 20 }).catch((error: unknown) => error);
  const prices = fieldsOf(list)['prices'];
  if (list instanceof Error || !Array.isArray(prices)) {
    const why = list instanceof Error ? list.message : 'it is not of the form that was known';
    const doubt = `the list of Fargate Spot prices: ${why}`.slice(0, 400);
    return { offers: asked.map(({ key }) => ({ key, sku: spotUrl, asOf: today, rates: [], doubt })), requests: 1 };
  }
  const offers = prices.filter(isFields).flatMap((each): Offer[] => {
    const [member, unit] = members[textOf(each['unit'])] ?? [];
    const region = textOf(fieldsOf(each['attributes'])['aws:region']);
    if (member === undefined || unit === undefined || region === '') return [];
    const price = listPrice(fieldsOf(each['price'])['USD'], unit);
    const sku = `Fargate Spot ${textOf(each['unit'])}`;
    return [{ key: `aws/${region}/fargate#${member}`, sku, asOf: today, rates: [{ from: 0, price }] }];
  });
  return { offers, requests: 1 };
}
