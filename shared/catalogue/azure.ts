import { comply, fact, one, perSecond, price, region, size, source, span, tiers, type Site } from './fact.ts';
import type { Area, Egress, FreeGrant, Offering, Price, Prices, Rates, Region, SizeRule, Source } from './types.ts';

// Sources, named once.
const pairs = source(
  'A',
  '2022-05-12',
  'Containers in Azure Container Apps (learn.microsoft.com/azure/container-apps/containers) and workload profiles overview, Consumption 0.25–4 vCPU, 0.5–8 GiB',
);
const acaQuotas = source(
  'A',
  'undated',
  'Quotas for Azure Container Apps (learn.microsoft.com/azure/container-apps/quotas)',
);
const aciQuotas = source(
  'A',
  '2023-01-19',
  'Resource availability & quota limits for ACI (learn.microsoft.com/azure/container-instances/container-instances-resource-and-quota-limits)',
);
const acaGuide = source(
  'C',
  'undated',
  'general knowledge of Azure Container Apps; compare its documentation (learn.microsoft.com/azure/container-apps)',
);
const aciGuide = source(
  'C',
  'undated',
  'general knowledge of Azure Container Instances; compare its documentation (learn.microsoft.com/azure/container-instances)',
);
const acaSla = source(
  'B',
  'undated',
  'Azure/modern-web-app-pattern-java slo-calculation.md (Microsoft), citing the Azure SLA',
);
const trustCenter = source(
  'B',
  '2026-06-20',
  'Microsoft Trust Center and Azure compliance offerings (learn.microsoft.com/azure/compliance), as read by api-evangelist/microsoft-azure',
);
const trustGdpr = source(
  'B',
  '2026-09-17',
  'Microsoft Trust Center (microsoft.com/trust-center), as read by api-evangelist/microsoft-azure-cost-management',
);
const billing = source(
  'A',
  'undated',
  'Billing in Azure Container Apps (learn.microsoft.com/azure/container-apps/billing)',
);
const japanReading = source('B', '2026-08-21', 'Azure Retail Prices API, japaneast, read in a public repository');
const idleReading = source('C', 'undated', 'Azure Retail Prices API figures in a public test, region not stated');
const eastusReading = source('C', 'undated', 'Azure Retail Prices API figures for eastus in public code and guides');
const seattleReading = source('B', '2026-07-25', 'Azure Retail Prices API, westus2, read in three public repositories');
const dutchReading = source(
  'B',
  '2026-08-02',
  'Azure Retail Prices API, westeurope, read in a public rate card; two other readings of 2026 agree',
);
const irishReading = source(
  'B',
  '2026-08-25',
  'Azure Retail Prices API, northeurope, Standard vCPU and Memory Active Usage, read in a public repository',
);
const britishReading = source('B', '2026-07-20', 'Azure Retail Prices API, UK South, read in a public repository');
const singaporeReading = source(
  'B',
  '2026-09-20',
  'Azure Retail Prices API, Singapore, active usage, read in a public repository',
);
const aciEast = source(
  'B',
  '2026-10-09',
  'Azure Retail Prices API, Container Instances in eastus, read in two public notes',
);
const aciSweden = source(
  'B',
  '2026-09-06',
  'Azure Retail Prices API, Container Instances in swedencentral, read in a public repository',
);
const aciGermany = source(
  'B',
  '2020-10-01',
  'public rate card from the Azure Retail Prices API, Container Instances in germanywestcentral; the date is the price’s effective date',
);
const zoneOne = source(
  'C',
  '2026-01-01',
  'cloudcalcep (2026-01) and dev.to (2025) on Azure bandwidth pricing, North America and Europe',
);
const betweenRegions = source('C', 'undated', 'lucidity.cloud, Azure storage egress cost');
const withinRegion = source('C', '2023-08-16', 'adammazouz.com, Understanding Azure bandwidth');

/** Internet prices were found for the first billing zone only; transfer between continents nowhere. */
const within: Partial<Record<Area, number>> = {
  'north-america': 20_000,
  europe: 20_000,
  asia: 80_000,
  'south-america': 160_000,
};

function egress(area: Area): Egress {
  const inside = within[area];
  const interRegion = inside === undefined ? {} : { [area]: price(inside, 'gb', betweenRegions) };
  const sameRegion = price(0, 'gb', withinRegion);
  if (area !== 'north-america' && area !== 'europe') return { sameRegion, interRegion };
  return {
    internet: tiers(zoneOne, [10_240, 87_000], [51_200, 83_000], [153_600, 70_000], [Infinity, 50_000]),
    sameRegion,
    interRegion,
  };
}

const sites: readonly Site[] = [
  { name: 'eastus', place: 'Virginia', country: 'US', area: 'north-america', at: [37.37, -79.82] },
  { name: 'westus2', place: 'Quincy, Washington', country: 'US', area: 'north-america', at: [47.23, -119.85] },
  { name: 'northeurope', place: 'Dublin', country: 'IE', area: 'europe', at: [53.35, -6.26] },
  { name: 'westeurope', place: 'Amsterdam', country: 'NL', area: 'europe', at: [52.37, 4.9] },
  { name: 'germanywestcentral', place: 'Frankfurt', country: 'DE', area: 'europe', at: [50.11, 8.68] },
  { name: 'swedencentral', place: 'Gävle', country: 'SE', area: 'europe', at: [60.67, 17.14] },
  { name: 'uksouth', place: 'London', country: 'GB', area: 'europe', at: [51.51, -0.13] },
  { name: 'japaneast', place: 'Tokyo', country: 'JP', area: 'asia', at: [35.68, 139.69] },
  { name: 'southeastasia', place: 'Singapore', country: 'SG', area: 'asia', at: [1.35, 103.82] },
  { name: 'australiaeast', place: 'Sydney', country: 'AU', area: 'oceania', at: [-33.87, 151.21] },
  { name: 'brazilsouth', place: 'São Paulo', country: 'BR', area: 'south-america', at: [-23.55, -46.63] },
];

/** Nano-dollars per second, from list prices such as 0.000024 USD per vCPU-second. */
function perTime(vcpu: number, gib: number, from: Source): Rates {
  return { vcpuHour: perSecond(vcpu, 'vcpu-hour', from), gibHour: perSecond(gib, 'gib-hour', from) };
}

const requests = (micros: number, from: Source): Price => price(micros, 'million-requests', from);

const appPrices: Readonly<Record<string, Prices>> = {
  eastus: {
    model: 'request',
    active: perTime(24_000, 3_000, eastusReading),
    idle: perTime(3_000, 3_000, idleReading),
    millionRequests: requests(400_000, eastusReading),
  },
  westus2: {
    model: 'request',
    active: perTime(34_000, 4_000, seattleReading),
    idle: perTime(4_000, 4_000, seattleReading),
    millionRequests: requests(400_000, seattleReading),
  },
  northeurope: { model: 'request', active: perTime(24_000, 3_000, irishReading) },
  westeurope: {
    model: 'request',
    active: perTime(34_000, 4_000, dutchReading),
    idle: perTime(4_000, 4_000, dutchReading),
    millionRequests: requests(560_000, dutchReading),
  },
  uksouth: {
    model: 'request',
    active: perTime(34_000, 4_000, britishReading),
    idle: perTime(4_000, 4_000, britishReading),
    millionRequests: requests(400_000, britishReading),
  },
  japaneast: {
    model: 'request',
    active: perTime(24_000, 3_000, japanReading),
    idle: perTime(3_000, 3_000, idleReading),
    millionRequests: requests(400_000, japanReading),
  },
  southeastasia: { model: 'request', active: perTime(34_000, 4_000, singaporeReading) },
};

/** What a reader of the prices would miss, by name. */
function absentAppPrices(prices: Prices | undefined): readonly string[] {
  if (prices === undefined) return ['consumption prices in this region'];
  if (prices.model !== 'request' || prices.idle !== undefined) return [];
  return ['idle price', 'price of requests'];
}

function allocated(vcpu: number, gib: number, from: Source): Prices {
  return {
    model: 'allocated',
    amd64: { vcpuHour: price(vcpu, 'vcpu-hour', from), gibHour: price(gib, 'gib-hour', from) },
  };
}

const instancePrices: Readonly<Record<string, Prices>> = {
  eastus: allocated(40_500, 4_450, aciEast),
  swedencentral: allocated(46_600, 5_110, aciSweden),
  germanywestcentral: allocated(46_560, 5_110, aciGermany),
};

/** Each quarter of a vCPU comes with half a GiB. */
const appSizes: readonly SizeRule[] = Array.from({ length: 16 }, (_, step) =>
  size(one((step + 1) * 250), one((step + 1) * 512)),
);

/** Half steps from the smallest group, with the most memory the pricing page allows for that many vCPUs. */
const groupSizes: readonly SizeRule[] = Array.from({ length: 7 }, (_, step) => {
  const cpuMillicores = 1_000 + step * 500;
  return size(one(cpuMillicores), span(1_024, Math.min(16_384, (cpuMillicores * 7 * 1_024) / 1_000), 512));
});

const compliance = [
  ...comply(['soc2', 'iso27001', 'iso27017', 'iso27018', 'pci-dss', 'hipaa'], 'platform', trustCenter),
  ...comply(['gdpr'], 'platform', trustGdpr),
];

const complianceAbsent =
  'FedRAMP status of the service (held service by service; the last scope table read is of 2019) and C5';

function onContainerApps(at: Region): Offering {
  const prices = appPrices[at.name];
  return {
    id: `${at.id}/container-apps`,
    cloud: 'azure',
    region: at,
    runtime: 'container-apps',
    deployable: { yes: true },
    limits: { sizes: fact(appSizes, pairs) },
    capabilities: fact(
      {
        http: true,
        grpc: true,
        tcp: false,
        worker: false,
        volumes: false,
        spot: false,
        gpu: false,
        arm64: false,
        scaleToZero: true,
        secretStores: ['container-apps-secret', 'azure-key-vault'],
      },
      acaGuide,
      'Container Apps also run workers, TCP in a virtual network and Azure Files; our deployer sends what is not request-driven HTTP to container-instances.',
    ),
    maxReplicas: fact(1_000, acaQuotas),
    compliance,
    slaPercent: fact(99.95, acaSla),
    quotas: { vcpu: { ...fact(100, acaQuotas, 'Cores of one environment.'), scope: 'environment' } },
    ...(prices === undefined ? {} : { prices }),
    endpoint: { kind: 'included', included: fact(true, billing, 'Ingress is part of the plan; requests are priced.') },
    absent: ['start-up latency', complianceAbsent, ...absentAppPrices(prices)],
  };
}

function onContainerInstances(at: Region): Offering {
  const prices = instancePrices[at.name];
  return {
    id: `${at.id}/container-instances`,
    cloud: 'azure',
    region: at,
    runtime: 'container-instances',
    deployable: { yes: true },
    limits: {
      sizes: fact(
        groupSizes,
        aciQuotas,
        'The source gives the maximum (4 vCPU, 16 GB). The minimum (1 vCPU, 1 GB) and 7 GB per vCPU are those of azure.microsoft.com/pricing/details/container-instances, as read in a public note of 2026-10-09. The service accepts finer steps than these halves.',
      ),
    },
    capabilities: fact(
      {
        http: true,
        grpc: true,
        tcp: true,
        worker: true,
        volumes: true,
        spot: false,
        gpu: false,
        arm64: false,
        scaleToZero: false,
        secretStores: ['container-instances-secure-value'],
      },
      aciGuide,
      'Spot containers are a preview in few regions and are not used.',
    ),
    maxReplicas: fact(100, aciQuotas, 'Container groups per region and subscription, all services together.'),
    compliance,
    quotas: { vcpu: { ...fact(100, aciQuotas), scope: 'region' } },
    ...(prices === undefined ? {} : { prices }),
    endpoint: { kind: 'absent', reason: `no source for the price of a container group's public address in ${at.id}` },
    absent: [
      'start-up latency',
      'SLA (its page was not read)',
      complianceAbsent,
      ...(prices === undefined ? ['prices in this region'] : []),
    ],
  };
}

export const azureRegions: readonly Region[] = sites.map((site) => region('azure', site, egress(site.area)));

export const azureOfferings: readonly Offering[] = azureRegions.flatMap((at) => [
  onContainerApps(at),
  onContainerInstances(at),
]);

export const azureFreeGrants: readonly FreeGrant[] = [
  {
    cloud: 'azure',
    appliesTo: 'container-apps',
    item: 'active vCPU time, per subscription and month (180,000 vCPU-seconds)',
    quantity: fact(50, billing),
    unit: 'vcpu-hour',
    covers: ['active vCPU'],
  },
  {
    cloud: 'azure',
    appliesTo: 'container-apps',
    item: 'memory, per subscription and month (360,000 GiB-seconds)',
    quantity: fact(100, billing),
    unit: 'gib-hour',
    covers: ['active memory', 'idle memory'],
  },
  {
    cloud: 'azure',
    appliesTo: 'container-apps',
    item: 'requests, per subscription and month',
    quantity: fact(2, billing),
    unit: 'million-requests',
    covers: ['requests'],
  },
  {
    cloud: 'azure',
    appliesTo: 'egress',
    item: 'data transfer to the internet, per subscription and month',
    quantity: fact(100, zoneOne),
    unit: 'gb',
    covers: ['traffic to the internet', 'traffic (internet)'],
  },
];
