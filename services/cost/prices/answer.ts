import { daysSince } from '../../../shared/domain/calendar.ts';
import type { CatalogueCloud } from '../../../shared/catalogue/types.ts';
import { badRequest, type Query, type QueryAnswer } from '../../../shared/ports/http.ts';
import type { PriceSource } from '../../../shared/ports/price-source.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { priceRows, type PriceRow } from './list.ts';
import { priceKey, type PriceRecord } from './record.ts';

/** A price list as far as is told of it. */
export type PriceListName = Pick<PriceSource, 'name' | 'cloud'>;

const clouds = ['aws', 'azure', 'gcp'] as const;
const origins = ['embedded', 'refreshed', 'set-aside', 'unclear'] as const;

/**
 * `GET /cost/prices?cloud=aws&key=aws/eu-west-1&origin=set-aside`: the prices in use with their source and age, what is set aside, and
 * per cloud when its list was last read, if one is read at all.
 */
export async function answerPrices(
  { search }: Query,
  { records, clock }: { readonly records: RecordStore; readonly clock: Clock },
  sources: readonly PriceListName[],
): Promise<QueryAnswer> {
  const { cloud, key = '', origin } = search;
  const asked = clouds.filter((each) => cloud === undefined || each === cloud);
  if (asked.length === 0) return badRequest(`there is no price list of ${cloud}: ask for one of ${clouds.join(', ')}`);
  if (origin !== undefined && !(origins as readonly string[]).includes(origin))
    return badRequest(`origin is "${origin}"; it is one of ${origins.join(', ')}`);
  const now = clock.now();
  const found = await Promise.all(
    asked.map(async (each) => {
      const record = (await records.get<PriceRecord>(priceKey(each)))?.value;
      const rows = priceRows(each, record, now).filter((row) => row.key.startsWith(key) && isOf(row, origin));
      return { cloud: summaryOf(each, record, { sources, now }), rows };
    }),
  );
  return { status: 200, body: { clouds: found.map((each) => each.cloud), prices: found.flatMap(({ rows }) => rows) } };
}

function isOf({ price, setAside, unclear }: PriceRow, origin: string | undefined): boolean {
  switch (origin) {
    case undefined:
      return true;
    case 'set-aside':
      return setAside !== undefined;
    case 'unclear':
      return unclear !== undefined;
    default:
      return price?.origin === origin;
  }
}

function summaryOf(
  cloud: CatalogueCloud,
  record: PriceRecord | undefined,
  { sources, now }: { readonly sources: readonly PriceListName[]; readonly now: number },
) {
  const source = sources.find((each) => each.cloud === cloud);
  const configured = source === undefined ? 'no price list is read: the embedded catalogue counts' : source.name;
  if (record === undefined) return { cloud, configured };
  return {
    cloud,
    configured,
    source: record.source,
    readAt: new Date(record.readAt).toISOString(),
    ageDays: daysSince(record.readAt, now),
    refreshed: Object.keys(record.prices).length,
    setAside: Object.keys(record.aside).length,
    unclear: record.unclear.length,
    missing: record.missing,
  };
}
