import { PricingClient } from '@aws-sdk/client-pricing';
import type { PriceReading, WantedPrice } from '../../ports/price-source.ts';
import { inTurns } from '../price-reading/fields.ts';
import { settle } from '../price-reading/settle.ts';
import type { AwsPricesOptions } from './options.ts';
import { offersOf } from './offers.ts';
import { listAll, type Asked } from './pages.ts';
import { readSpot } from './spot.ts';

/** @throws Throttled, Unauthorized, CloudUnreachable: a reading is whole or it fails. */
export async function read(wanted: readonly WantedPrice[], options: AwsPricesOptions): Promise<PriceReading> {
  const { endpoint, credentials, now } = options;
  const today = new Date(now()).toISOString().slice(0, 10);
  const client = new PricingClient({
    region: 'us-east-1',
    maxAttempts: 2,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  try {
    const lists = await inTurns(asks(wanted), (ask) => listAll(client, ask));
    const spot = await readSpot(wanted, options);
    const offers = lists.flatMap(({ ask, products }) => products.flatMap((product) => offersOf(ask, product, today)));
    const requests = lists.reduce((sum, each) => sum + each.requests, spot.requests);
    return settle(wanted, [...offers, ...spot.offers], requests);
  } finally {
    client.destroy();
  }
}

/** As few questions as the list's filters allow. */
function asks(wanted: readonly WantedPrice[]): readonly Asked[] {
  const has = (pattern: RegExp): boolean => wanted.some(({ key }) => pattern.test(key));
  const regions = [...new Set(wanted.map(({ region }) => region))];
  const types = [...new Set(wanted.flatMap(({ key }) => /#hour\.(.+)$/.exec(key)?.[1] ?? []))];
  return [
    ...(has(/fargate#(amd64|arm64|ephemeral)/)
      ? regions.map((region): Asked => ({ service: 'AmazonECS', filters: { regionCode: region } }))
      : []),
    ...(has(/#endpoint\./)
      ? [{ service: 'AWSELB', filters: { operation: 'LoadBalancing:Application' } } satisfies Asked]
      : []),
    ...(has(/#(internet|sameRegion|toRegion)/)
      ? regions.map((region): Asked => ({ service: 'AWSDataTransfer', filters: { fromRegionCode: region } }))
      : []),
    ...types.map((type): Asked => ({ service: 'AmazonEC2', filters: { ...plainLinux, instanceType: type } })),
  ];
}

const plainLinux = { operatingSystem: 'Linux', tenancy: 'Shared', preInstalledSw: 'NA', capacitystatus: 'Used' };
