import { embeddedCatalogue } from './embedded.ts';
import { pricesWith } from './overlay-prices.ts';
import { egressWith } from './overlay-traffic.ts';
import { digest } from './provenance.ts';
import { readerOf, type Read, type Reader, type RefreshedPrices } from './refreshed.ts';
import type { Catalogue, Endpoint, Offering, Prices, Region } from './types.ts';

/**
 * The catalogue with refreshed prices in place of the embedded ones: same offerings, same order, other facts. What was not read stays
 * as it is, with its own source and date, so a reader can always tell the two apart. Pure, and kept by the versions it is made of:
 * asking again gives the very same objects, so what is derived from an offering can be kept by the offering.
 */
export function overlay(base: Catalogue, refreshed: readonly RefreshedPrices[]): Catalogue {
  const key = refreshed.map(({ cloud, version }) => `${cloud}=${version}`).join(' ');
  if (key === '') return base;
  const known = made.get(base) ?? new Map<string, Catalogue>();
  made.set(base, known);
  const found = known.get(key) ?? build(base, refreshed);
  // Decisions under way may still hold the one before; what is older is of no use to anybody.
  known.delete(key);
  known.set(key, found);
  for (const oldest of known.keys()) {
    if (known.size <= kept) break;
    known.delete(oldest);
  }
  return found;
}

const made = new WeakMap<Catalogue, Map<string, Catalogue>>();
const kept = 4;

/** All offerings of the catalogue that this one is of: what is compared with it must have the same prices. */
export function offeringsAround(offering: Offering): readonly Offering[] {
  return around.get(offering) ?? embeddedCatalogue.offerings;
}

const around = new WeakMap<Offering, readonly Offering[]>();

function build(base: Catalogue, refreshed: readonly RefreshedPrices[]): Catalogue {
  const byCloud = new Map(refreshed.map((each) => [each.cloud, readerOf(each)]));
  const names = Map.groupBy(base.regions, ({ cloud }) => cloud);
  const regions = new Map(
    base.regions.map((each) => {
      const siblings = (names.get(each.cloud) ?? []).map(({ name }) => name);
      return [each.id, regionWith(each, byCloud.get(each.cloud), siblings)];
    }),
  );
  // All are new objects, also those that stay as they were: what was kept for the embedded ones may rest on the others' old prices.
  const offerings = base.offerings.map((each) =>
    offeringWith({ ...each, region: regions.get(each.region.id) ?? each.region }, byCloud.get(each.cloud)),
  );
  for (const each of offerings) around.set(each, offerings);
  const stamp = digest(refreshed.map(({ cloud, version }) => `${cloud}=${version}`).join(' '));
  const newest = refreshed.flatMap(({ entries }) => Object.values(entries).map(({ readOn }) => readOn)).sort();
  const embedded = base.version;
  const date = [embedded.slice(0, 10), newest.at(-1) ?? ''].sort().at(-1) ?? '';
  return {
    version: `${date}-${embedded.slice(-8)}-${stamp}`,
    regions: [...regions.values()],
    offerings,
    freeGrants: base.freeGrants,
  };
}

function regionWith(region: Region, reader: Reader | undefined, names: readonly string[]): Region {
  return reader === undefined ? region : { ...region, egress: egressWith(region, reader, names) };
}

function offeringWith(offering: Offering, reader: Reader | undefined): Offering {
  if (reader === undefined) return offering;
  const { prices: embedded, absent, ...rest } = offering;
  const prices = pricesWith(offering, reader.read) ?? embedded;
  return {
    ...rest,
    endpoint: endpointWith(offering, reader.read),
    absent: stillAbsent(absent, prices),
    ...(prices === undefined ? {} : { prices }),
  };
}

/** What was missing and has been read is missing no more. */
function stillAbsent(absent: readonly string[], prices: Prices | undefined): readonly string[] {
  if (prices === undefined) return absent;
  const request = prices.model === 'request' ? prices : undefined;
  const found = [
    /prices in this region/,
    ...(request?.idle === undefined ? [] : [/idle price|price of idle/]),
    ...(request?.millionRequests === undefined ? [] : [/price of requests/]),
  ];
  return absent.filter((each) => !found.some((pattern) => pattern.test(each)));
}

function endpointWith({ id, cloud, endpoint }: Offering, read: Read): Endpoint {
  if (cloud !== 'aws') return endpoint;
  const known = endpoint.kind === 'load-balancer' ? endpoint : undefined;
  const hour = read(`${id}#endpoint.hour`, 'hour', known?.hour);
  if (hour === undefined) return endpoint;
  const capacityUnitHour = read(`${id}#endpoint.capacityUnitHour`, 'lcu-hour', known?.capacityUnitHour);
  return { kind: 'load-balancer', hour, ...(capacityUnitHour === undefined ? {} : { capacityUnitHour }) };
}
