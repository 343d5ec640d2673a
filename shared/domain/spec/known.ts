import type { Tier } from '../../contracts/values.ts';
import type { TierDefaults } from './defaults.ts';

/** Names of the world outside the document: without them, what is written is not checked against them. */
export interface KnownWorld {
  /** Clouds with offerings: `aws`. */
  readonly clouds: readonly string[];
  /** `aws/eu-west-1`. */
  readonly regions: readonly string[];
  readonly runtimes: readonly string[];
  /** Places a latency bound may be measured from. */
  readonly places: readonly string[];
  /** Countries and blocs that hold at least one region. */
  readonly jurisdictions: readonly string[];
  /** Regions by country and bloc; absent: unknown. */
  readonly regionsIn?: Readonly<Record<string, readonly string[]>>;
  /** What a tier means where a service says nothing, as configured; absent: as built in. */
  readonly tiers?: Readonly<Record<Tier, Pick<TierDefaults, 'replicas'>>>;
}

interface CatalogueNames {
  readonly regions: readonly {
    readonly id: string;
    readonly cloud: string;
    readonly jurisdiction: { readonly value: { readonly country: string; readonly blocs: readonly string[] } };
  }[];
  readonly offerings: readonly { readonly runtime: string }[];
}

/** The names that a catalogue and its places know. */
export function knownWorld(catalogue: CatalogueNames, places: readonly { readonly name: string }[]): KnownWorld {
  const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();
  return {
    clouds: sorted(catalogue.regions.map(({ cloud }) => cloud)),
    regions: sorted(catalogue.regions.map(({ id }) => id)),
    runtimes: sorted(catalogue.offerings.map(({ runtime }) => runtime)),
    places: sorted(places.map(({ name }) => name)),
    jurisdictions: sorted(catalogue.regions.flatMap(lawsOf)),
    regionsIn: regionsIn(catalogue),
  };
}

function regionsIn({ regions }: CatalogueNames): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const region of regions) for (const code of lawsOf(region)) (found[code] ??= []).push(region.id);
  return found;
}

function lawsOf({ jurisdiction: { value } }: CatalogueNames['regions'][number]): readonly string[] {
  return [value.country, ...value.blocs];
}
