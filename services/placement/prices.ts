import { catalogue, overlay } from '../../shared/catalogue/index.ts';
import { digest } from '../../shared/catalogue/provenance.ts';
import type { RefreshedPrice, RefreshedPrices } from '../../shared/catalogue/refreshed.ts';
import type { Catalogue, CatalogueCloud } from '../../shared/catalogue/types.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import type { pricesUpdated } from '../../shared/contracts/prices-updated.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';

/** Placement's own copy of what price lists said, by cloud; small enough for one item. */
export const pricesKey = (cloud: string): string => `prices/${cloud}`;
/** Which state of each copy counts: read by every decision, so that the copies themselves need not be. */
export const priceVersionsKey = 'price-versions';

export type PriceVersions = Readonly<Partial<Record<CatalogueCloud, string>>>;

export interface PriceCopy {
  readonly cloud: CatalogueCloud;
  readonly source: string;
  readonly version: string;
  /** Of the newest reading that was heard of. */
  readonly readAt: string;
  readonly entries: Readonly<Record<string, CopiedPrice>>;
  /** Latest reading that told of a price's end, by key. */
  readonly gone: Readonly<Record<string, End>>;
}

type Page = DataOf<typeof pricesUpdated>;

interface End {
  readonly lastRead: string;
  readonly heard: string;
}

interface CopiedPrice extends RefreshedPrice {
  /** Reading that said so: pages come in any order, and a later reading counts. */
  readonly heard: string;
}

/**
 * A page of a reading taken over. Pure, and the same whatever the order in which pages come: each price counts as the latest reading
 * had it.
 */
export function withPage(copy: PriceCopy | undefined, page: Page, id: string): PriceCopy {
  const { source, readAt, changes, vanished = [] } = page;
  const gone = latest(
    copy?.gone,
    vanished.map(({ key, lastRead }) => [key, { lastRead, heard: readAt }]),
  );
  const heard = latest(
    copy?.entries,
    changes.map((change) => [change.key, entryOf(change, readAt)]),
  );
  // What vanished later may have been heard of first.
  const entries = Object.fromEntries(Object.entries(heard).map(([key, entry]) => [key, ended(entry, gone[key])]));
  const newest = copy === undefined || readAt > copy.readAt ? readAt : copy.readAt;
  const version = `${id}-${digest(JSON.stringify([newest, entries]))}`;
  return { cloud: page.cloud as CatalogueCloud, source, version, readAt: newest, entries, gone };
}

function latest<T extends { readonly heard: string }>(
  known: Readonly<Record<string, T>> = {},
  told: readonly (readonly [string, T])[],
): Readonly<Record<string, T>> {
  const news = told.filter(([key, { heard }]) => heard >= (known[key]?.heard ?? ''));
  return { ...known, ...Object.fromEntries(news) };
}

function ended(entry: CopiedPrice, end: End | undefined): CopiedPrice {
  return end === undefined || end.heard <= entry.heard ? entry : { ...entry, gone: true, readOn: end.lastRead };
}

function entryOf(
  { new: { micros, per, unit }, asOf, sku, tier }: Page['changes'][number],
  readAt: string,
): CopiedPrice {
  return { micros, per, unit, since: asOf, sku, readOn: dayOf(readAt), ...(tier && { tier }), heard: readAt };
}

const dayOf = (time: string): string => time.slice(0, 10);

/** What the list still has was confirmed by its last reading, whether or not it changed. */
function refreshedBy({ cloud, source, version, readAt, entries }: PriceCopy): RefreshedPrices {
  const confirmed = dayOf(readAt);
  return {
    cloud,
    source,
    version,
    entries: Object.fromEntries(
      Object.entries(entries).map(([key, { heard: _, ...entry }]) => [
        key,
        entry.gone ? entry : { ...entry, readOn: confirmed },
      ]),
    ),
  };
}

/**
 * The catalogue to decide with. A decision reads one small record; the copies are read, and laid over the catalogue, once per version
 * and process.
 */
export async function catalogueNow(records: Pick<Reader, 'get'>): Promise<Catalogue> {
  const versions = await records.get<PriceVersions>(priceVersionsKey);
  if (versions === undefined) return catalogue;
  const refreshed: RefreshedPrices[] = [];
  for (const [cloud, version] of Object.entries(versions).sort()) {
    const known = read.get(version) ?? (await readCopy(cloud, records));
    if (known !== undefined) refreshed.push(known);
  }
  return overlay(catalogue, refreshed);
}

async function readCopy(cloud: string, records: Pick<Reader, 'get'>): Promise<RefreshedPrices | undefined> {
  const copy = await records.get<PriceCopy>(pricesKey(cloud));
  if (copy === undefined) return undefined;
  const made = refreshedBy(copy);
  for (const [version, { cloud: of }] of read) if (of === copy.cloud) read.delete(version);
  read.set(copy.version, made);
  return made;
}

/** By version, which names the event and what became of it, so that it never means two things; one for each cloud. */
const read = new Map<string, RefreshedPrices>();
