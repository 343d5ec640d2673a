import { embeddedCatalogue } from '../../../shared/catalogue/embedded.ts';
import { pricePlaces } from '../../../shared/catalogue/price-keys.ts';
import type { CatalogueCloud } from '../../../shared/catalogue/types.ts';
import { pricesUpdated } from '../../../shared/contracts/prices-updated.ts';
import type { HandlerContext, Outcome } from '../../../shared/pipeline/handler.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import type { PriceSource } from '../../../shared/ports/price-source.ts';
import { compare, type Compared } from './compare.ts';
import { priceKey, type PriceRecord } from './record.ts';

/** An event is at most 256 KB: 200 changes and as many doubts are some 150. */
const perPage = 200;

/**
 * Reads one cloud's price list and says what changed.
 * @throws what the source throws; and Error when the list had nothing at all, which is no reason to forget every price
 */
export async function refresh(
  source: PriceSource,
  { accept, most }: { readonly accept: readonly string[]; readonly most: number },
  { records, now }: Pick<HandlerContext, 'records' | 'now'>,
): Promise<Outcome> {
  const cloud = source.cloud as CatalogueCloud;
  const before = await records.get<PriceRecord>(priceKey(cloud));
  const places = pricePlaces(embeddedCatalogue, cloud);
  const reading = await source.read(places.map(({ key, region, area, unit }) => ({ key, region, area, unit })));
  if (reading.prices.length === 0) {
    const [first] = reading.unclear;
    const why = first === undefined ? '' : ` (of ${first.key}: ${first.reason})`;
    throw new Error(`${source.name} had none of ${places.length} prices of ${cloud}${why}: nothing was changed`);
  }
  const compared = compare({ cloud, source: source.name, before, places, reading, accept, most, now });
  return {
    writes: [{ key: priceKey(cloud), value: compared.record }],
    events: pagesOf(compared).map((page) => pricesUpdated.draft(page)),
  };
}

function pagesOf({ record, changes, quarantined, vanished, unchanged }: Compared) {
  const pages = Math.max(1, ...[changes, quarantined, vanished].map((all) => Math.ceil(all.length / perPage)));
  return Array.from({ length: pages }, (_, page) => {
    const part = <T>(all: readonly T[]): T[] => all.slice(page * perPage, (page + 1) * perPage);
    const gone = part(vanished);
    return {
      cloud: record.cloud,
      source: record.source,
      readAt: toTime(record.readAt),
      changes: part(changes),
      quarantined: part(quarantined),
      ...(gone.length === 0 ? {} : { vanished: gone }),
      missing: record.missing,
      unchanged,
    };
  });
}
