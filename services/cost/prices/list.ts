import { embeddedCatalogue } from '../../../shared/catalogue/embedded.ts';
import { overlay } from '../../../shared/catalogue/overlay.ts';
import { pricePlaces, type PricePlace } from '../../../shared/catalogue/price-keys.ts';
import type { CatalogueCloud, Price } from '../../../shared/catalogue/types.ts';
import { daysSince } from '../../../shared/domain/calendar.ts';
import { refreshedBy } from './catalogue-now.ts';
import type { PriceRecord } from './record.ts';

/** A price as people are shown it: never without where it is from and how old it is. */
export interface PriceRow {
  readonly key: string;
  /** What is computed with; absent where nothing is known but what was set aside. */
  readonly price?: PriceInUse;
  /** What the list says and nobody would believe. */
  readonly setAside?: {
    readonly micros: number;
    readonly per: number;
    readonly ratio: number;
    readonly reason: string;
    /** Day on which it was first set aside, and from which the provider says that it is charged. */
    readonly since: string;
    readonly chargedSince: string;
    readonly sku: string;
  };
  /** Why the last reading has no price here. */
  readonly unclear?: string;
}

export interface PriceInUse {
  readonly micros: number;
  readonly per: number;
  readonly unit: string;
  readonly currency: 'USD';
  readonly tier?: PricePlace['tier'];
  /** `embedded`: of the catalogue that came with this version. */
  readonly origin: 'embedded' | 'refreshed';
  readonly source: string;
  readonly quality: Price['quality'];
  readonly asOf: string;
  /** Days since; absent where the source has no date. */
  readonly ageDays?: number;
  /** The provider's own identity of it, and since when it is charged. */
  readonly sku?: string;
  readonly since?: string;
  /** The list does not confirm it any more. */
  readonly gone?: true;
}

function ageInDays(asOf: string, now: number): number | undefined {
  const at = Date.parse(asOf);
  return Number.isNaN(at) ? undefined : daysSince(at, now);
}

/** Every price of a cloud that is used, set aside or unclear, in the catalogue's order. Pure. */
export function priceRows(cloud: CatalogueCloud, record: PriceRecord | undefined, now: number): readonly PriceRow[] {
  const inUse = overlay(embeddedCatalogue, record === undefined ? [] : [refreshedBy(record)]);
  const unclear = new Map(record?.unclear.map(({ key, reason }) => [key, reason]));
  return pricePlaces(inUse, cloud).flatMap((place) => {
    const price = place.price && priceInUse(place, place.price, record, now);
    const aside = record?.aside[place.key];
    const reason = unclear.get(place.key);
    if (price === undefined && aside === undefined && reason === undefined) return [];
    return [
      {
        key: place.key,
        ...(price && { price }),
        ...(aside && { setAside: shown(aside) }),
        ...(reason === undefined ? {} : { unclear: reason }),
      },
    ];
  });
}

function shown({ micros, per, ratio, reason, since, firstRead, sku }: PriceRecord['aside'][string]) {
  return { micros, per, ratio, reason, since: firstRead, chargedSince: since, sku };
}

function priceInUse({ key, tier }: PricePlace, fact: Price, record: PriceRecord | undefined, now: number): PriceInUse {
  const { value, source, asOf, quality } = fact;
  const { micros, per, unit, currency } = value;
  // A whole ladder of tiers may be the embedded one although some of its rungs were read: the fact says whose it is.
  const entry = source === record?.source ? record.prices[key] : undefined;
  const ageDays = ageInDays(asOf, now);
  return {
    micros,
    per,
    unit,
    currency,
    ...(tier && { tier }),
    origin: entry === undefined ? 'embedded' : 'refreshed',
    source,
    quality,
    asOf,
    ...(ageDays === undefined ? {} : { ageDays }),
    ...(entry && { sku: entry.sku, since: entry.since, ...(entry.gone && { gone: entry.gone }) }),
  };
}
