import { embeddedCatalogue } from '../../../shared/catalogue/embedded.ts';
import { overlay } from '../../../shared/catalogue/overlay.ts';
import type { RefreshedPrices } from '../../../shared/catalogue/refreshed.ts';
import type { Catalogue } from '../../../shared/catalogue/types.ts';
import type { Reader } from '../../../shared/pipeline/handler.ts';
import { priceKey, type PriceRecord } from './record.ts';

const clouds = ['aws', 'azure', 'gcp'] as const;

/** The catalogue with every price that was read laid over it: what cost computes with. */
export async function catalogueNow(records: Pick<Reader, 'get'>): Promise<Catalogue> {
  const known = await priceRecords(records);
  return overlay(embeddedCatalogue, known.map(refreshedBy));
}

async function priceRecords(records: Pick<Reader, 'get'>): Promise<readonly PriceRecord[]> {
  const found = await Promise.all(clouds.map((cloud) => records.get<PriceRecord>(priceKey(cloud))));
  return found.filter((each) => each !== undefined);
}

/** What a record lays over the catalogue; what was set aside is no part of it. */
export function refreshedBy({ cloud, source, prices, readAt, revision }: PriceRecord): RefreshedPrices {
  return { cloud, source, version: `${revision}@${readAt}`, entries: prices };
}
