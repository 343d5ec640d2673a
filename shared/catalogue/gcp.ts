import { comply, fact, one, perSecond, price, region, size, source, span, tiers, areas, type Site } from './fact.ts';
import type {
  Area,
  Compliance,
  Egress,
  Fact,
  FreeGrant,
  Offering,
  Price,
  Prices,
  Rates,
  Region,
  Source,
} from './types.ts';

// Sources, named once.
const cpuTable = source(
  'A',
  'undated',
  'Cloud Run, configure CPU limits: vCPU and memory table (docs.cloud.google.com/run/docs/configuring/jobs/cpu and /instances/cpu)',
);
const runGuide = source(
  'C',
  'undated',
  'general knowledge of Cloud Run; compare its documentation (docs.cloud.google.com/run/docs)',
);
const runQuotas = source('A', 'undated', 'Cloud Run quotas and limits (docs.cloud.google.com/run/quotas)');
const runSla = source('A', 'undated', 'Cloud Run Service Level Agreement (cloud.google.com/run/sla)');
const instanceDefault = source('B', 'undated', 'RunConfig.maxInstances in the Firebase App Hosting API reference');
const gkeGuide = source(
  'C',
  'undated',
  'general knowledge of GKE Autopilot; compare its documentation (docs.cloud.google.com/kubernetes-engine)',
);
const offerings = source(
  'B',
  '2026-06-20',
  'Google Cloud compliance offerings (cloud.google.com/security/compliance/offerings), as read by api-evangelist/google-cloud-platform',
);
const offeringsLater = source(
  'B',
  '2026-09-12',
  'Google Cloud compliance offerings (cloud.google.com/security/compliance/offerings), as read by api-evangelist/google-cloud-logging',
);
const tierOne = source(
  'A',
  'undated',
  'cloud.google.com/run/pricing, Tier 1 list (cached page); the region’s tier from cloud.google.com/run/docs/locations',
);
const tierOneMemory = source(
  'C',
  '2026-10-09',
  'public note quoting two searches of cloud.google.com/run/pricing, Tier 1 instance-based memory',
);
const tierOneIdle = source(
  'C',
  'undated',
  'public planning note of cloud.google.com/run/pricing, Tier 1 idle minimum instances',
);
const tierTwo = source(
  'B',
  '2024-07-01',
  'infracost golden file cloud_run_v2_service_test (Cloud Billing Catalog), europe-west3, Tier 2; the region’s tier from cloud.google.com/run/docs/locations',
);
const goldenCluster = source(
  'B',
  '2026-07-01',
  'infracost golden file container_cluster_test (Cloud Billing Catalog), cluster management fee',
);
const goldenVpn = source(
  'B',
  '2024-07-01',
  'infracost golden file compute_vpn_gateway_test (Cloud Billing Catalog), traffic by continents',
);
const premium = source('C', '2026-04-01', 'egresscost.com/gcp and public notes on Premium Tier; other sources differ');
const sameRegionNote = source(
  'C',
  'undated',
  'cloudwebschool.com, GCP network egress costs: same-region managed-service traffic',
);

/** Priced by the pair of continents; anything from or to Oceania has a price of its own. */
const withinArea: Readonly<Record<Area, number>> = {
  'north-america': 20_000,
  'south-america': 140_000,
  europe: 20_000,
  asia: 80_000,
  oceania: 100_000,
};

function between(from: Area, to: Area): Price {
  if (from === to) return price(withinArea[from], 'gb', goldenVpn);
  return price(from === 'oceania' || to === 'oceania' ? 100_000 : 80_000, 'gb', goldenVpn);
}

function egress(area: Area): Egress {
  return {
    internet:
      area === 'oceania'
        ? tiers(premium, [Infinity, 190_000])
        : tiers(premium, [1_024, 120_000], [10_240, 110_000], [Infinity, 80_000]),
    sameRegion: price(0, 'gb', sameRegionNote),
    interRegion: Object.fromEntries(areas.map((to) => [to, between(area, to)])),
  };
}

type Tier = 1 | 2;

const sites: readonly (readonly [Site, Tier])[] = [
  [
    { name: 'us-central1', place: 'Council Bluffs, Iowa', country: 'US', area: 'north-america', at: [41.26, -95.86] },
    1,
  ],
  [{ name: 'us-east4', place: 'Ashburn, Virginia', country: 'US', area: 'north-america', at: [39.04, -77.49] }, 1],
  [{ name: 'us-west1', place: 'The Dalles, Oregon', country: 'US', area: 'north-america', at: [45.59, -121.18] }, 1],
  [{ name: 'europe-west1', place: 'St. Ghislain', country: 'BE', area: 'europe', at: [50.45, 3.82] }, 1],
  [{ name: 'europe-west2', place: 'London', country: 'GB', area: 'europe', at: [51.51, -0.13] }, 2],
  [{ name: 'europe-west3', place: 'Frankfurt', country: 'DE', area: 'europe', at: [50.11, 8.68] }, 2],
  [{ name: 'europe-west4', place: 'Eemshaven', country: 'NL', area: 'europe', at: [53.44, 6.84] }, 1],
  [{ name: 'europe-north1', place: 'Hamina', country: 'FI', area: 'europe', at: [60.57, 27.2] }, 1],
  [{ name: 'asia-northeast1', place: 'Tokyo', country: 'JP', area: 'asia', at: [35.68, 139.69] }, 1],
  [{ name: 'asia-southeast1', place: 'Singapore', country: 'SG', area: 'asia', at: [1.35, 103.82] }, 2],
  [{ name: 'asia-south1', place: 'Mumbai', country: 'IN', area: 'asia', at: [19.08, 72.88] }, 2],
  [{ name: 'australia-southeast1', place: 'Sydney', country: 'AU', area: 'oceania', at: [-33.87, 151.21] }, 2],
  [{ name: 'southamerica-east1', place: 'São Paulo', country: 'BR', area: 'south-america', at: [-23.55, -46.63] }, 2],
];

/** Nano-dollars per second. */
function rates(vcpu: number, gib: number, from: Source, gibFrom = from): Rates {
  return { vcpuHour: perSecond(vcpu, 'vcpu-hour', from), gibHour: perSecond(gib, 'gib-hour', gibFrom) };
}

const runPrices: Readonly<Record<Tier, Prices>> = {
  1: {
    model: 'request',
    active: rates(24_000, 2_500, tierOne),
    idle: rates(2_500, 2_500, tierOneIdle),
    instance: rates(18_000, 2_000, tierOne, tierOneMemory),
    millionRequests: price(400_000, 'million-requests', tierOne),
  },
  2: {
    model: 'request',
    active: rates(33_600, 3_500, tierTwo),
    instance: rates(21_600, 2_400, tierTwo),
    millionRequests: price(400_000, 'million-requests', tierTwo),
  },
};

const runSizes = fact(
  [
    size(one(1_000), span(128, 4_096, 1)),
    size(one(2_000), span(128, 8_192, 1)),
    size(one(4_000), span(2_048, 16_384, 1)),
    size(one(6_000), span(4_096, 24_576, 1)),
    size(one(8_000), span(4_096, 32_768, 1)),
  ],
  cpuTable,
  'Less than 1 vCPU forces a concurrency of 1 and request-based billing, so it is not offered. The second-generation environment wants at least 512 MiB.',
);

/** The page lists what the platform holds, not where: national schemes are claimed only on their own ground. */
function compliance(at: Region): readonly Fact<Compliance>[] {
  return [
    ...comply(['soc2', 'iso27001', 'iso27017', 'iso27018', 'pci-dss', 'hipaa', 'gdpr'], 'platform', offerings),
    ...(at.area === 'europe' ? comply(['c5'], 'platform', offeringsLater) : []),
    ...(at.area === 'oceania' ? comply(['irap'], 'platform', offeringsLater) : []),
  ];
}

const fedrampAbsent = 'FedRAMP status of the service (held service by service; the list was not read)';

function onCloudRun(at: Region, tier: Tier): Offering {
  return {
    id: `${at.id}/cloud-run`,
    cloud: 'gcp',
    region: at,
    runtime: 'cloud-run',
    deployable: { yes: true },
    limits: { sizes: runSizes },
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
        secretStores: ['gcp-secret-manager'],
      },
      runGuide,
      'Services only. Our deployer can run worker pools, but their price has no source here, so none is offered; bucket and NFS mounts and regional GPUs are not used by it.',
    ),
    maxReplicas: fact(100, instanceDefault, 'Default; the ceiling is the project’s quota.'),
    compliance: compliance(at),
    slaPercent: fact(99.95, runSla),
    quotas: { servicesPerRegion: fact(1_000, runQuotas) },
    prices: runPrices[tier],
    endpoint: { kind: 'included', included: fact(true, runGuide, 'The run.app address is part of the service.') },
    absent: [
      'start-up latency',
      'default vCPU quota per region',
      fedrampAbsent,
      ...(tier === 2 ? ['price of idle minimum instances in Tier 2'] : []),
    ],
  };
}

function onAutopilot(at: Region): Offering {
  return {
    id: `${at.id}/gke-autopilot`,
    cloud: 'gcp',
    region: at,
    runtime: 'gke-autopilot',
    deployable: { yes: false, reason: 'no deployer speaks Kubernetes yet: GKE Autopilot is listed, not used' },
    capabilities: fact(
      {
        http: true,
        grpc: true,
        tcp: true,
        worker: true,
        volumes: true,
        spot: true,
        gpu: true,
        arm64: true,
        scaleToZero: false,
        secretStores: ['gcp-secret-manager'],
      },
      gkeGuide,
    ),
    compliance: compliance(at),
    quotas: {},
    prices: { model: 'cluster-fee', clusterHour: price(100_000, 'hour', goldenCluster) },
    endpoint: { kind: 'absent', reason: `not looked up: ${at.id}/gke-autopilot is not deployable` },
    absent: ['allowed pod sizes', 'pod prices', 'SLA', 'start-up latency', 'default quotas', fedrampAbsent],
  };
}

const placed = sites.map(([site, tier]) => ({ at: region('gcp', site, egress(site.area)), tier }));

export const gcpRegions: readonly Region[] = placed.map(({ at }) => at);

export const gcpOfferings: readonly Offering[] = placed.flatMap(({ at, tier }) => [
  onCloudRun(at, tier),
  onAutopilot(at),
]);

export const gcpFreeGrants: readonly FreeGrant[] = [
  {
    cloud: 'gcp',
    appliesTo: 'cloud-run',
    item: 'request-based vCPU time, per billing account and month (180,000 vCPU-seconds)',
    quantity: fact(50, tierOne),
    unit: 'vcpu-hour',
    covers: ['active vCPU'],
  },
  {
    cloud: 'gcp',
    appliesTo: 'cloud-run',
    item: 'request-based memory, per billing account and month (360,000 GiB-seconds)',
    quantity: fact(100, tierOne),
    unit: 'gib-hour',
    covers: ['active memory'],
  },
  {
    cloud: 'gcp',
    appliesTo: 'cloud-run',
    item: 'requests, per billing account and month',
    quantity: fact(2, tierOne),
    unit: 'million-requests',
    covers: ['requests'],
  },
  {
    cloud: 'gcp',
    appliesTo: 'egress',
    item: 'Cloud Run data transfer to the internet in North America, per billing account and month',
    quantity: fact(1, premium),
    unit: 'gb',
    covers: ['traffic to the internet', 'traffic (internet)'],
    within: 'north-america',
  },
];
