import { badRequest } from './errors.ts';

/** Public regions that offer both Container Apps and Container Instances: name to display name. */
export const regions: Readonly<Record<string, string>> = {
  australiacentral: 'Australia Central',
  australiaeast: 'Australia East',
  australiasoutheast: 'Australia Southeast',
  brazilsouth: 'Brazil South',
  canadacentral: 'Canada Central',
  canadaeast: 'Canada East',
  centralindia: 'Central India',
  centralus: 'Central US',
  eastasia: 'East Asia',
  eastus: 'East US',
  eastus2: 'East US 2',
  francecentral: 'France Central',
  germanywestcentral: 'Germany West Central',
  israelcentral: 'Israel Central',
  italynorth: 'Italy North',
  japaneast: 'Japan East',
  japanwest: 'Japan West',
  koreacentral: 'Korea Central',
  mexicocentral: 'Mexico Central',
  northcentralus: 'North Central US',
  northeurope: 'North Europe',
  norwayeast: 'Norway East',
  polandcentral: 'Poland Central',
  qatarcentral: 'Qatar Central',
  southafricanorth: 'South Africa North',
  southcentralus: 'South Central US',
  southeastasia: 'Southeast Asia',
  southindia: 'South India',
  spaincentral: 'Spain Central',
  swedencentral: 'Sweden Central',
  switzerlandnorth: 'Switzerland North',
  uaenorth: 'UAE North',
  uksouth: 'UK South',
  ukwest: 'UK West',
  westcentralus: 'West Central US',
  westeurope: 'West Europe',
  westindia: 'West India',
  westus: 'West US',
  westus2: 'West US 2',
  westus3: 'West US 3',
};

/** Azure takes `West Europe` and `westeurope` for the same place. */
export const normalise = (location: string): string => location.toLowerCase().replaceAll(' ', '');

export const displayName = (region: string): string => regions[region] ?? region;

/** The region of a resource to be created, or the refusal Azure Resource Manager gives. */
export function requireRegion(location: unknown, type: string): string {
  if (typeof location !== 'string' || location === '')
    throw badRequest('LocationRequired', 'The location property is required for this definition.');
  const region = normalise(location);
  if (regions[region] === undefined)
    throw badRequest(
      'LocationNotAvailableForResourceType',
      `The provided location '${location}' is not available for resource type '${type}'. ` +
        `List of available regions for the resource type is '${Object.keys(regions).join(',')}'.`,
    );
  return region;
}
