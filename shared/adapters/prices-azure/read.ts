import type { PriceReading, WantedPrice } from '../../ports/price-source.ts';
import { inTurns } from '../price-reading/fields.ts';
import { settle } from '../price-reading/settle.ts';
import { defaultUrl, type AzurePricesOptions } from './options.ts';
import { offersOf } from './offers.ts';
import { listAll, type Asked } from './pages.ts';

/** @throws Throttled, Unauthorized, CloudUnreachable: a reading is whole or it fails. */
export async function read(
  wanted: readonly WantedPrice[],
  { url = defaultUrl, now }: AzurePricesOptions,
): Promise<PriceReading> {
  const lists = await inTurns(asks(wanted), (ask) => listAll(new URL(url), ask));
  const offers = lists.flatMap(({ ask, items }) => offersOf(ask, items, now()));
  const requests = lists.reduce((sum, each) => sum + each.requests, 0);
  return settle(wanted, offers, requests);
}

function asks(wanted: readonly WantedPrice[]): readonly Asked[] {
  const kinds = [
    ['Azure Container Apps', /\/container-apps#/],
    ['Container Instances', /\/container-instances#/],
    ['Bandwidth', /^[^/]+\/[^/]+#/],
  ] as const;
  return kinds.flatMap(([service, pattern]) => {
    const places = wanted.filter(({ key }) => pattern.test(key)).map(({ region, area }) => [region, area] as const);
    return [...new Map(places)].map(([region, area]) => ({ service, region, area }));
  });
}
