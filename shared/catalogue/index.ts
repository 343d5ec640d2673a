import { awsFreeGrants, awsOfferings, awsRegions } from './aws.ts';
import { azureFreeGrants, azureOfferings, azureRegions } from './azure.ts';
import { gcpFreeGrants, gcpOfferings, gcpRegions } from './gcp.ts';
import { versionOf } from './provenance.ts';
import type { Catalogue, Offering, Region } from './types.ts';

const data = {
  regions: [...awsRegions, ...azureRegions, ...gcpRegions],
  offerings: [...awsOfferings, ...azureOfferings, ...gcpOfferings],
  freeGrants: [...awsFreeGrants, ...azureFreeGrants, ...gcpFreeGrants],
};

let version: string | undefined;

/** Everything that can be rented, embedded: dated data, read by pure functions. */
export const catalogue: Catalogue = {
  ...data,
  // Read by few, and digesting everything takes longer than the rest of start-up.
  get version(): string {
    version ??= versionOf(data);
    return version;
  },
};

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
export { place, places, type Place } from './places.ts';
export { facts, type PlacedFact } from './provenance.ts';
export type * from './types.ts';
