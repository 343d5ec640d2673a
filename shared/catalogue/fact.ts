import type {
  Area,
  CatalogueCloud,
  Compliance,
  ComplianceProgram,
  Coordinates,
  Egress,
  EgressTier,
  Fact,
  Jurisdiction,
  Price,
  Range,
  Region,
  SizeRule,
  Source,
  Unit,
} from './types.ts';

/** Constructors for the data files: they keep the tables readable and put the source on every figure. */

export function source(quality: Source['quality'], asOf: string, where: string): Source {
  return { source: where, asOf, quality };
}

export function fact<T>(value: T, from: Source, note?: string): Fact<T> {
  return note === undefined ? { value, ...from } : { value, ...from, note };
}

/** Integer micro-dollars for `per` units. */
export function price(micros: number, unit: Unit, from: Source, per = 1): Price {
  return fact({ micros, currency: 'USD', unit, per }, from);
}

/** A list price per second, in nano-dollars, restated per hour so that it stays an integer of micro-dollars. */
export function perSecond(nanos: number, unit: Unit, from: Source): Price {
  return price((nanos * 3600) / 1000, unit, from);
}

export const one = (value: number): Range => ({ min: value, max: value, step: 1 });
export const span = (min: number, max: number, step: number): Range => ({ min, max, step });
export const size = (cpuMillicores: Range, memoryMib: Range): SizeRule => ({ cpuMillicores, memoryMib });

export function comply(
  programs: readonly ComplianceProgram[],
  scope: Compliance['scope'],
  from: Source,
): readonly Fact<Compliance>[] {
  return programs.map((program) => fact({ program, scope }, from));
}

/** Tiers from `[upper end in GB, micros per GB]`; the last upper end is Infinity. */
export function tiers(from: Source, ...steps: readonly (readonly [number, number])[]): readonly EgressTier[] {
  return steps.map(([upToGb, micros]) => {
    const each = price(micros, 'gb', from);
    return Number.isFinite(upToGb) ? { upToGb, price: each } : { price: each };
  });
}

export const areas: readonly Area[] = ['north-america', 'south-america', 'europe', 'asia', 'oceania'];

export function toEveryArea(to: Price): Egress['interRegion'] {
  return Object.fromEntries(areas.map((area) => [area, to]));
}

const iso = source('C', 'undated', 'general knowledge: ISO 3166-1 codes; membership of the European Union and the EEA');
const cities = source('C', 'undated', 'city coordinates');

const unions: Readonly<Record<string, Jurisdiction>> = {
  GB: { country: 'GB', blocs: ['UK'], gdpr: false },
  ...Object.fromEntries(
    ['BE', 'DE', 'FI', 'IE', 'NL', 'SE'].map((country) => [country, { country, blocs: ['EU', 'EEA'], gdpr: true }]),
  ),
};

export interface Site {
  readonly name: string;
  readonly place: string;
  readonly country: string;
  readonly area: Area;
  readonly at: readonly [latitude: number, longitude: number];
}

export function region(cloud: CatalogueCloud, site: Site, egress: Egress): Region {
  const coordinates: Coordinates = { latitude: site.at[0], longitude: site.at[1] };
  return {
    id: `${cloud}/${site.name}`,
    cloud,
    name: site.name,
    place: site.place,
    area: site.area,
    coordinates: fact(coordinates, cities),
    jurisdiction: fact(unions[site.country] ?? { country: site.country, blocs: [], gdpr: false }, iso),
    egress,
  };
}
