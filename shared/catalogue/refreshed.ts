import type { CatalogueCloud, EgressTier, Price, Unit } from './types.ts';

/** One price as a provider's list had it. */
export interface RefreshedPrice {
  readonly micros: number;
  readonly per: number;
  readonly unit: string;
  /** Day from which the provider charges it, as the list says. */
  readonly since: string;
  /** The provider's own identity of it. */
  readonly sku: string;
  /** Day on which the list had it, `YYYY-MM-DD`. */
  readonly readOn: string;
  readonly tier?: { readonly fromGb: number; readonly upToGb?: number };
  /** The list no longer confirms it: it stays in use as of the day it was last read. */
  readonly gone?: true;
}

/** What is known of one cloud's prices beyond the embedded catalogue, by key. */
export interface RefreshedPrices {
  readonly cloud: CatalogueCloud;
  /** `AWS Price List Query API`, … */
  readonly source: string;
  /** Tells two states of the entries apart: an equal version is equal entries. */
  readonly version: string;
  readonly entries: Readonly<Record<string, RefreshedPrice>>;
}

/** @returns the refreshed price of a key, else what stood there */
export type Read = <P extends Price | undefined>(key: string, unit: Unit, embedded: P) => Price | P;

export interface Reader {
  readonly read: Read;
  readonly tiersOf: (of: string) => readonly EgressTier[] | undefined;
}

export function readerOf({ source, entries }: RefreshedPrices): Reader {
  const priceOf = (entry: RefreshedPrice, unit: Unit): Price => ({
    value: { micros: entry.micros, currency: 'USD', unit, per: entry.per },
    source,
    asOf: entry.readOn,
    quality: 'A',
    note: `${entry.sku}, charged since ${entry.since}.`,
  });
  return {
    read: (key, unit, embedded) => {
      const entry = entries[key];
      // A price for another unit would be taken for one of this.
      return entry === undefined || entry.unit !== unit ? embedded : priceOf(entry, unit);
    },
    tiersOf: (of) => {
      const steps: EgressTier[] = [];
      let from = 0;
      for (let step = 0; ; step += 1) {
        const entry = entries[`${of}#internet.${step}`];
        // A ladder with a rung missing is no ladder.
        if (entry?.tier === undefined || entry.tier.fromGb !== from || entry.unit !== 'gb') return undefined;
        const price = priceOf(entry, 'gb');
        if (entry.tier.upToGb === undefined) return [...steps, { price }];
        steps.push({ upToGb: entry.tier.upToGb, price });
        from = entry.tier.upToGb;
      }
    },
  };
}
