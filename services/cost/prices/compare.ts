import type { PricePlace } from '../../../shared/catalogue/price-keys.ts';
import type { RefreshedPrice } from '../../../shared/catalogue/refreshed.ts';
import type { DataOf } from '../../../shared/contracts/contract.ts';
import type { ListPrice, pricesUpdated } from '../../../shared/contracts/prices-updated.ts';
import type { PriceReading, ReadPrice } from '../../../shared/ports/price-source.ts';
import type { AsidePrice, PriceRecord } from './record.ts';
import { verdict, type Doubt } from './verdict.ts';

type Said = DataOf<typeof pricesUpdated>;

export interface Compared {
  readonly record: PriceRecord;
  readonly changes: Said['changes'];
  readonly quarantined: Said['quarantined'];
  readonly vanished: NonNullable<Said['vanished']>;
  readonly unchanged: number;
}

export interface CompareInput {
  readonly cloud: PriceRecord['cloud'];
  readonly source: string;
  readonly before: PriceRecord | undefined;
  /** Places of the embedded catalogue. */
  readonly places: readonly PricePlace[];
  readonly reading: PriceReading;
  /** Keys that somebody accepted. */
  readonly accept: readonly string[];
  /** Factor beyond which a change is not believed. */
  readonly most: number;
  readonly now: number;
}

/** A page of events has its limits, and a person reads no more. */
const mostUnclear = 200;

/**
 * What a reading changes. Pure. A price is believed when it is within reason of the one in use, of the one that was accepted, or, where
 * nothing was known, of the same price elsewhere; else it is set aside and the one in use stays. What the reading does not confirm stays
 * in use as well, with the day of the last reading that did.
 */
export function compare(input: CompareInput): Compared {
  const { before, places, reading, now } = input;
  const today = new Date(now).toISOString().slice(0, 10);
  const known = new Map(places.map((each) => [each.key, each]));
  const judged = reading.prices.map((read) => ({ read, ...judge(read, known.get(read.key), input) }));
  const unclear = [
    ...reading.unclear,
    ...judged.flatMap(({ read, wrong }) => (wrong === undefined ? [] : [{ key: read.key, reason: wrong }])),
  ];
  const aside = judged.flatMap(({ read, doubt, old }) => {
    if (doubt === undefined) return [];
    const had = before?.aside[read.key];
    const same = had !== undefined && equal(had, read.price);
    const entry: AsidePrice = { ...entryOf(read, today), ...doubt, firstRead: same ? had.firstRead : today };
    return [{ key: read.key, entry, told: same ? [] : [{ ...changeOf(read, old), ...doubt }] }];
  });
  const believed = judged.filter(({ wrong, doubt }) => wrong === undefined && doubt === undefined);
  const prices = Object.fromEntries(believed.map(({ read }) => [read.key, entryOf(read, today)]));
  const changed = believed.filter(({ read }) => !confirms(read, before?.prices[read.key]));
  const { kept, vanished } = unconfirmed(before, prices);
  const answered = new Set([...judged.map(({ read }) => read.key), ...unclear.map(({ key }) => key)]);
  const inUse = (place: PricePlace): boolean => place.price !== undefined || before?.prices[place.key] !== undefined;
  return {
    record: {
      cloud: input.cloud,
      source: input.source,
      readAt: now,
      revision: (before?.revision ?? 0) + 1,
      prices: { ...kept, ...prices },
      aside: Object.fromEntries(aside.map(({ key, entry }) => [key, entry])),
      unclear: unclear.slice(0, mostUnclear),
      missing: places.filter((place) => inUse(place) && !answered.has(place.key)).length,
    },
    changes: changed.map(({ read, old }) => changeOf(read, old)),
    quarantined: aside.flatMap(({ told }) => told),
    vanished,
    unchanged: believed.length - changed.length,
  };
}

interface Judged {
  /** Why it cannot be a price. */
  readonly wrong?: string;
  /** Why it is not believed. */
  readonly doubt?: Doubt;
  readonly old?: OldPrice;
}

function judge(read: ReadPrice, place: PricePlace | undefined, input: CompareInput): Judged {
  if (place === undefined) return { wrong: 'the catalogue has no such price' };
  const wrong = unusable(read, place);
  if (wrong !== undefined) return { wrong };
  const old = input.before?.prices[read.key] ?? place.price?.value;
  const measure = baseline(read.key, input) ?? old;
  const doubt = verdict(read.price, measure, {
    most: input.most,
    peers: measure === undefined ? peersOf(place, input) : [],
  });
  return { ...(doubt && { doubt }), ...(old && { old }) };
}

function confirms({ price, tier }: ReadPrice, inUse: RefreshedPrice | undefined): boolean {
  return inUse !== undefined && !inUse.gone && equal(inUse, price) && sameTier(inUse.tier, tier);
}

/** Who accepts has seen the price that was set aside: the list may still say that, not something wilder. */
function baseline(key: string, { accept, before }: CompareInput): AsidePrice | undefined {
  return accept.includes(key) ? before?.aside[key] : undefined;
}

function unusable({ price }: ReadPrice, place: PricePlace): string | undefined {
  const { micros, per, unit } = price;
  if (!Number.isSafeInteger(micros) || micros < 0 || !Number.isSafeInteger(per) || per < 1) {
    return `${micros} micro-dollars for ${per} is no price`;
  }
  return unit === place.unit ? undefined : `it is priced by ${unit}, and the catalogue counts ${place.unit}`;
}

function entryOf({ price: { micros, per, unit }, asOf, sku, tier }: ReadPrice, today: string): RefreshedPrice {
  return { micros, per, unit, since: asOf, sku, readOn: today, ...(tier && { tier }) };
}

function changeOf({ key, price, asOf, sku, tier }: ReadPrice, old: OldPrice | undefined): Said['changes'][number] {
  const before = old && { micros: old.micros, per: old.per, unit: old.unit, currency: 'USD' as const };
  return { key, ...(before && { old: before }), new: price, asOf, sku, ...(tier && { tier }) };
}

type OldPrice = Pick<ListPrice, 'micros' | 'per' | 'unit'>;

function equal(a: Pick<ListPrice, 'micros' | 'per'>, b: Pick<ListPrice, 'micros' | 'per'>): boolean {
  return a.micros === b.micros && a.per === b.per;
}

function sameTier(a: RefreshedPrice['tier'], b: RefreshedPrice['tier']): boolean {
  return a?.fromGb === b?.fromGb && a?.upToGb === b?.upToGb;
}

/** The same price of the same runtime in other regions, as it is in use. */
function peersOf({ key }: PricePlace, { places, before }: CompareInput): readonly OldPrice[] {
  const kind = kindOf(key);
  return places
    .filter((each) => each.key !== key && kindOf(each.key) === kind)
    .flatMap((each) => before?.prices[each.key] ?? each.price?.value ?? []);
}

function kindOf(key: string): string {
  const [of = '', member = ''] = key.split('#');
  return `${of.split('/')[2] ?? ''}#${member.replace(/^toRegion\..*$/, 'toRegion')}`;
}

function unconfirmed(before: PriceRecord | undefined, confirmed: Readonly<Record<string, RefreshedPrice>>) {
  const others = Object.entries(before?.prices ?? {}).filter(([key]) => confirmed[key] === undefined);
  return {
    kept: Object.fromEntries(others.map(([key, entry]) => [key, { ...entry, gone: true as const }])),
    vanished: others.flatMap(([key, { gone, readOn }]) => (gone ? [] : [{ key, lastRead: readOn }])),
  };
}
