import { awsFreeGrants, awsOfferings, awsRegions } from './aws.ts';
import { azureFreeGrants, azureOfferings, azureRegions } from './azure.ts';
import { gcpFreeGrants, gcpOfferings, gcpRegions } from './gcp.ts';
import { versionOf } from './provenance.ts';
import type { Catalogue } from './types.ts';

const data = {
  regions: [...awsRegions, ...azureRegions, ...gcpRegions],
  offerings: [...awsOfferings, ...azureOfferings, ...gcpOfferings],
  freeGrants: [...awsFreeGrants, ...azureFreeGrants, ...gcpFreeGrants],
};

let version: string | undefined;

/** Everything that can be rented, embedded: dated data, read by pure functions. */
export const embeddedCatalogue: Catalogue = {
  ...data,
  // Read by few, and digesting everything takes longer than the rest of start-up.
  get version(): string {
    version ??= versionOf(data);
    return version;
  },
};
