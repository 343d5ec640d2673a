import { CloudCatalogClient } from '@google-cloud/billing';
import type { PriceReading, WantedPrice } from '../../ports/price-source.ts';
import { settle } from '../price-reading/settle.ts';
import { clientOptions } from './client-options.ts';
import type { GcpPricesOptions } from './options.ts';
import { offersOf } from './offers.ts';
import { listAll } from './pages.ts';

/** @throws Throttled, Unauthorized, CloudUnreachable: a reading is whole or it fails. */
export async function read(wanted: readonly WantedPrice[], options: GcpPricesOptions): Promise<PriceReading> {
  const client = new CloudCatalogClient(clientOptions(options));
  try {
    const { skus, requests } = await listAll(client, cloudRun);
    const today = new Date(options.now()).toISOString().slice(0, 10);
    const regions = new Set(wanted.map(({ region }) => region));
    return settle(
      wanted,
      skus.flatMap((sku) => offersOf(sku, regions, today)),
      requests,
    );
  } finally {
    await client.close();
  }
}

const cloudRun = { service: '152E-C115-5142', name: 'Cloud Run' };
