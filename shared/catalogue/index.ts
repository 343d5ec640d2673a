import { embeddedCatalogue } from './embedded.ts';
import type { Catalogue, Offering, Region } from './types.ts';

/** Everything that can be rented, as it was embedded: what was read since is laid over it by `overlay`. */
export const catalogue: Catalogue = embeddedCatalogue;

const byId = new Map(catalogue.offerings.map((each) => [each.id, each]));

/** The offering of that id (`cloud/region/runtime`), or undefined. */
export function offering(id: string): Offering | undefined {
  return byId.get(id);
}

/** All regions, by cloud. */
export function regions(): readonly Region[] {
  return catalogue.regions;
}

/** Whether a region lies in the jurisdiction of that code: an ISO 3166 country (`DE`) or a bloc (`EU`, `EEA`, `UK`). */
export function withinJurisdiction(region: Region, code: string): boolean {
  const { country, blocs } = region.jurisdiction.value;
  return country === code || blocs.includes(code);
}

export { egressMicrosPerGb, monthlyEgress, type Destination, type EgressRate } from './egress.ts';
export { fitSize, type Fit, type Size } from './fit-size.ts';
export { latencyMs } from './latency.ts';
export {
  defaultUsage,
  HOURS_PER_MONTH,
  isMissing,
  monthlyCompute,
  monthlyEndpoint,
  type CostPart,
  type Estimate,
  type Missing,
  type Usage,
} from './monthly-compute.ts';
export { applyFreeGrants, type GrantedLine, type Granted } from './free-grants.ts';
export { commitments, type Commitment } from './commitments.ts';
export { offeringsAround, overlay } from './overlay.ts';
export { place, places, type Place } from './places.ts';
export { pricePlaces, type PricePlace } from './price-keys.ts';
export type { RefreshedPrice, RefreshedPrices } from './refreshed.ts';
export { facts, type PlacedFact } from './provenance.ts';
export type * from './types.ts';
