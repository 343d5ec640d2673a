import type { StandbyConfig } from '../../shared/contracts/config-hub.ts';
import type { HubOptions, StandbyOptions, Witness } from './options.ts';

/** The bucket is `<hub.name>-standby-<account>-<region>`, and S3 takes 63 characters: lower case, digits and hyphens. */
const longestName = 27;

/**
 * What `hub.standby` says, held against the rest of `hub`. Pure.
 * @throws Error that names the key and how to mend it
 */
export function standbyOptions(
  { region, witness, name }: StandbyConfig,
  hub: Pick<HubOptions, 'name' | 'region' | 'zone' | 'remote'>,
): StandbyOptions {
  mustBeElsewhere(region, hub.region);
  mustBeNameable(hub.name);
  if (name !== undefined) mustBeInZone(name, hub.zone);
  return { region, witness: witnessOf(witness, hub.remote), ...(name === undefined ? {} : { name }) };
}

function mustBeElsewhere(standby: string, region: string | undefined): void {
  if (region === undefined) {
    throw new Error('hub.standby needs hub.region: name the region of the first hub, it must be another one');
  }
  if (standby === region) {
    throw new Error(
      `hub.standby.region is ${standby}, and so is hub.region: a region takes both hubs with it; name another region`,
    );
  }
}

function mustBeNameable(hub: string): void {
  if (hub.length <= longestName && /^[a-z][a-z0-9-]*$/.test(hub)) return;
  throw new Error(
    `hub.name is "${hub}": with hub.standby it becomes part of the names of buckets; ` +
      `take at most ${longestName} lower-case letters, digits and hyphens, a letter first`,
  );
}

function mustBeInZone(name: string, zone: HubOptions['zone']): void {
  if (zone !== undefined && name.endsWith(`.${zone.name}`)) return;
  throw new Error(
    `hub.standby.name is ${name}, which is not in hub.zone (${zone?.name ?? 'missing'}): ` +
      `its records and its certificates' proof are written there; name something like hub.${zone?.name ?? 'example.com'}`,
  );
}

function witnessOf({ gcp, azure }: StandbyConfig['witness'], remote: HubOptions['remote']): Witness {
  const cloud = gcp === undefined ? 'azure' : 'gcp';
  if (remote[cloud] === undefined) {
    throw new Error(
      `hub.standby.witness is in ${cloud}, and hub.remote.${cloud} is missing: ` +
        `the hub signs in there as to that cloud's deployer; put in what "terraform output -raw hub_yaml" printed in infra/${cloud}`,
    );
  }
  if (gcp !== undefined) return { cloud: 'gcp', ...gcp };
  if (azure !== undefined) return { cloud: 'azure', ...azure };
  throw new Error('hub.standby.witness is empty: name a bucket in gcp, or an account and a container in azure');
}
