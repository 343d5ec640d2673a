import { comply, fact, one, price, region, size, source, span, tiers, toEveryArea, type Site } from './fact.ts';
import type {
  Compliance,
  Egress,
  Endpoint,
  Fact,
  FreeGrant,
  Offering,
  Prices,
  Rates,
  Region,
  Source,
} from './types.ts';

// Sources, named once.
const taskSizes = source(
  'A',
  'undated',
  'AWS SDK reference, ecs TaskDefinition.memory (docs.aws.amazon.com/sdk-for-kotlin/api/latest/ecs)',
);
const fargateQuota = source(
  'B',
  '2026-10-09',
  'Amazon ECS endpoints and quotas (docs.aws.amazon.com/general/latest/gr/ecs-service.html), quoted in a public note',
);
const sla = source(
  'B',
  '2023-01-08',
  'Amazon Compute Service Level Agreement, region level (aws.amazon.com/compute/sla), as listed by mikaelvesavuori/cloud-sla',
);
const ecsGuide = source(
  'C',
  'undated',
  'general knowledge of Amazon ECS; compare the Developer Guide (docs.aws.amazon.com/AmazonECS/latest/developerguide)',
);
const programs = source(
  'A',
  'undated',
  'AWS container services by compliance program (aws.github.io/aws-eks-best-practices/security/docs/compliance)',
);
const dpa = source(
  'A',
  'undated',
  'Navigating GDPR Compliance on AWS: Data Processing Addendum (docs.aws.amazon.com/whitepapers/latest/navigating-gdpr-compliance)',
);
const virginia = source(
  'B',
  '2026-10-09',
  'aws.amazon.com/fargate/pricing, per-second rates as read in a public note; x86 agrees with infracost golden file ecs_service_test of 2025-07-07 (AWS Price List API)',
);
const factualminds = source('C', '2026-06-17', 'factualminds.com, AWS Fargate pricing');
const irishBill = source(
  'B',
  'undated',
  'public code citing the EU-Fargate usage types of the AWS Price List API; agrees with a published bill',
);
const irishArm = source(
  'B',
  '2026-09-11',
  'AWS Price List API, AmazonECS offer published 2026-09-11, read in a public note of 2026-09-28',
);
const frankfurtCard = source(
  'B',
  '2026-07-07',
  'public rate card from the AWS Price List API, usage types EUC1-Fargate-vCPU-Hours:perCPU and EUC1-Fargate-GB-Hours',
);
const tokyoReading = source(
  'B',
  '2026-09-06',
  'public design note reading the AWS Price List API, usage types APN1-Fargate-*',
);
const fgcalc = source('C', 'undated', 'theuves/fgcalc src/utils/data.js (aws.amazon.com/fargate/pricing)');
const spotFeed = source(
  'B',
  '2026-09-28',
  'price feed of aws.amazon.com/fargate/pricing (fargate-spot-prices.json), read in a public note',
);
const saoPauloNote = source('C', 'undated', 'public note of aws.amazon.com/pt/fargate/pricing, São Paulo');
const karpenter = source(
  'B',
  '2026-07-20',
  'aws/karpenter-provider-aws zz_generated.pricing_aws.go (generated from the AWS Price List API)',
);
const sydneyTable = source(
  'C',
  'undated',
  'andrewpatto/s3bfg sydney.md (aws.amazon.com/ec2/pricing/on-demand, ap-southeast-2)',
);
const goldenLb = source('B', '2024-07-01', 'infracost golden file lb_test (AWS Price List API), us-east-1');
const irishLb = source('C', 'undated', 'gordonmurray/terraform_aws_ecs README, infracost estimate for eu-west-1');
const tokyoLb = source('B', 'undated', 'public note of the AWS Price List file, APN1-LoadBalancerUsage');
const goldenTransfer = source('B', '2024-09-25', 'infracost golden file data_transfer_test (AWS Price List API)');

/** Tier ends are 10, 50 and 150 TB of 1,024 GB, as the price list states them. */
function egress(internet: readonly [number, number, number, number], toRegions: number): Egress {
  const [first, next40, next100, over] = internet;
  return {
    internet: tiers(goldenTransfer, [10_240, first], [51_200, next40], [153_600, next100], [Infinity, over]),
    // Priced between availability zones; traffic that stays in one zone is cheaper, and nobody plans for that.
    sameRegion: price(10_000, 'gb', goldenTransfer),
    interRegion: toEveryArea(price(toRegions, 'gb', goldenTransfer)),
  };
}

const usAndEurope = egress([90_000, 85_000, 70_000, 50_000], 20_000);

const sites: readonly (readonly [Site, Egress])[] = [
  [
    { name: 'us-east-1', place: 'Ashburn, Virginia', country: 'US', area: 'north-america', at: [39.04, -77.49] },
    usAndEurope,
  ],
  [
    { name: 'us-east-2', place: 'Columbus, Ohio', country: 'US', area: 'north-america', at: [39.96, -83.0] },
    usAndEurope,
  ],
  [
    { name: 'us-west-2', place: 'Boardman, Oregon', country: 'US', area: 'north-america', at: [45.84, -119.7] },
    usAndEurope,
  ],
  [{ name: 'ca-central-1', place: 'Montréal', country: 'CA', area: 'north-america', at: [45.5, -73.57] }, usAndEurope],
  [{ name: 'eu-west-1', place: 'Dublin', country: 'IE', area: 'europe', at: [53.35, -6.26] }, usAndEurope],
  [{ name: 'eu-west-2', place: 'London', country: 'GB', area: 'europe', at: [51.51, -0.13] }, usAndEurope],
  [{ name: 'eu-central-1', place: 'Frankfurt', country: 'DE', area: 'europe', at: [50.11, 8.68] }, usAndEurope],
  [{ name: 'eu-north-1', place: 'Stockholm', country: 'SE', area: 'europe', at: [59.33, 18.07] }, usAndEurope],
  [
    { name: 'ap-northeast-1', place: 'Tokyo', country: 'JP', area: 'asia', at: [35.68, 139.69] },
    egress([114_000, 89_000, 86_000, 84_000], 90_000),
  ],
  [
    { name: 'ap-southeast-1', place: 'Singapore', country: 'SG', area: 'asia', at: [1.35, 103.82] },
    egress([120_000, 85_000, 82_000, 80_000], 90_000),
  ],
  [
    { name: 'ap-south-1', place: 'Mumbai', country: 'IN', area: 'asia', at: [19.08, 72.88] },
    egress([109_300, 85_000, 82_000, 80_000], 86_000),
  ],
  [
    { name: 'ap-southeast-2', place: 'Sydney', country: 'AU', area: 'oceania', at: [-33.87, 151.21] },
    egress([114_000, 98_000, 94_000, 92_000], 98_000),
  ],
  [
    { name: 'sa-east-1', place: 'São Paulo', country: 'BR', area: 'south-america', at: [-23.55, -46.63] },
    egress([150_000, 138_000, 126_000, 114_000], 138_000),
  ],
];

/** Micro-dollars per vCPU-hour and per GB-hour. */
function rates(vcpu: number, gib: number, from: Source): Rates {
  return { vcpuHour: price(vcpu, 'vcpu-hour', from), gibHour: price(gib, 'gib-hour', from) };
}

/** Spot prices have more digits than a micro-dollar: nano-dollars per hour are micro-dollars per thousand hours. */
function spot(vcpuNanos: number, gibNanos: number, from = fgcalc): Rates {
  return { vcpuHour: price(vcpuNanos, 'vcpu-hour', from, 1000), gibHour: price(gibNanos, 'gib-hour', from, 1000) };
}

interface FargateRow {
  readonly amd64: Rates;
  readonly arm64?: Rates;
  readonly spot: Rates;
  readonly spotArm64?: Rates;
}

const fargatePrices: Readonly<Record<string, FargateRow>> = {
  'us-east-1': {
    amd64: rates(40_480, 4_445, virginia),
    arm64: rates(32_380, 3_560, virginia),
    spot: spot(12_888_710, 1_415_270, spotFeed),
    spotArm64: spot(10_309_690, 1_133_490, spotFeed),
  },
  'us-east-2': { amd64: rates(40_480, 4_445, fgcalc), spot: spot(12_763_530, 1_401_530) },
  'us-west-2': { amd64: rates(40_480, 4_445, factualminds), spot: spot(12_694_640, 1_393_960) },
  'ca-central-1': { amd64: rates(44_560, 4_865, fgcalc), spot: spot(13_368_000, 1_459_500) },
  'eu-west-1': {
    amd64: rates(40_480, 4_445, irishBill),
    arm64: rates(32_380, 3_560, irishArm),
    spot: spot(12_240_560, 1_344_100, spotFeed),
    spotArm64: spot(9_791_240, 1_076_490, spotFeed),
  },
  'eu-west-2': { amd64: rates(46_560, 5_110, fgcalc), spot: spot(13_968_000, 1_533_000) },
  'eu-central-1': { amd64: rates(46_560, 5_110, frankfurtCard), spot: spot(14_045_800, 1_541_540) },
  'eu-north-1': { amd64: rates(44_500, 4_900, fgcalc), spot: spot(13_350_000, 1_470_000) },
  'ap-northeast-1': {
    amd64: rates(50_560, 5_530, tokyoReading),
    arm64: rates(40_450, 4_420, tokyoReading),
    spot: spot(19_810_090, 2_166_730),
  },
  'ap-southeast-1': { amd64: rates(50_560, 5_530, fgcalc), spot: spot(15_168_000, 1_659_000) },
  'ap-south-1': { amd64: rates(42_560, 4_655, fgcalc), spot: spot(13_328_200, 1_457_770) },
  'ap-southeast-2': { amd64: rates(48_560, 5_320, fgcalc), spot: spot(14_568_000, 1_596_000) },
  'sa-east-1': {
    amd64: rates(69_600, 7_600, saoPauloNote),
    arm64: rates(55_700, 6_120, saoPauloNote),
    spot: spot(21_260_900, 2_321_590),
  },
};

function fargate(at: string): Prices | undefined {
  const row = fargatePrices[at];
  if (row === undefined) return undefined;
  const ephemeral = at === 'us-east-1' ? { ephemeralGbHour: price(111, 'gb-hour', virginia) } : {};
  return { model: 'allocated', ...row, ...ephemeral };
}

/** Whole machines: `[type, vCPU, MiB]`. */
const machines: readonly (readonly [string, number, number])[] = [
  ['m5.large', 2, 8_192],
  ['m5.xlarge', 4, 16_384],
  ['m5.2xlarge', 8, 32_768],
  ['m5.4xlarge', 16, 65_536],
  ['m5.8xlarge', 32, 131_072],
];

/** Micro-dollars an hour, by instance type. */
function machinePrices(from: Source, hourly: Readonly<Record<string, number>>): Prices {
  return {
    model: 'machine',
    hour: Object.fromEntries(Object.entries(hourly).map(([type, micros]) => [type, price(micros, 'hour', from)])),
  };
}

const ec2Prices: Readonly<Record<string, Prices>> = {
  'us-east-1': machinePrices(karpenter, {
    'm5.large': 96_000,
    'm5.xlarge': 192_000,
    'm5.2xlarge': 384_000,
    'm5.4xlarge': 768_000,
    'm5.8xlarge': 1_536_000,
  }),
  'ap-southeast-2': machinePrices(sydneyTable, {
    'm5.large': 120_000,
    'm5.xlarge': 240_000,
    'm5.2xlarge': 480_000,
    'm5.4xlarge': 960_000,
    'm5.8xlarge': 1_920_000,
  }),
};

const machineSizes = fact(
  machines.map(([instanceType, vcpu, mib]) => ({
    // The operating system and the agent take their part: 7.5 % is what Karpenter assumes where it has not measured.
    ...size(span(250, vcpu * 1000, 1), span(128, Math.floor(mib * 0.925), 1)),
    instanceType,
  })),
  sydneyTable,
  'Usable memory is 92.5 % of the machine (Karpenter settings reference, vm-memory-overhead-percent 0.075). One task on each machine, which is paid for whole.',
);

const fargateSizes = fact(
  [
    size(one(250), span(512, 1_024, 512)),
    size(one(250), one(2_048)),
    size(one(500), span(1_024, 4_096, 1_024)),
    size(one(1_000), span(2_048, 8_192, 1_024)),
    size(one(2_000), span(4_096, 16_384, 1_024)),
    size(one(4_000), span(8_192, 30_720, 1_024)),
    size(one(8_000), span(16_384, 61_440, 4_096)),
    size(one(16_000), span(32_768, 122_880, 8_192)),
  ],
  taskSizes,
);

function loadBalancer(at: string): Endpoint {
  switch (at) {
    case 'us-east-1':
      return {
        kind: 'load-balancer',
        hour: price(22_500, 'hour', goldenLb),
        capacityUnitHour: price(8_000, 'lcu-hour', goldenLb),
      };
    case 'eu-west-1':
      return {
        kind: 'load-balancer',
        hour: price(25_200, 'hour', irishLb),
        capacityUnitHour: price(8_000, 'lcu-hour', irishLb),
      };
    case 'ap-northeast-1':
      return { kind: 'load-balancer', hour: price(24_300, 'hour', tokyoLb) };
    default:
      return { kind: 'absent', reason: `no source for the Application Load Balancer's hourly price in aws/${at}` };
  }
}

/** The program table names services, not regions: national schemes are claimed only on their own ground. */
function compliance(at: Region, runtime: 'fargate' | 'ecs-ec2'): readonly Fact<Compliance>[] {
  const always = comply(['soc2', 'iso27001', 'iso27017', 'iso27018', 'pci-dss', 'hipaa'], 'service', programs);
  const law = comply(['gdpr'], 'platform', dpa);
  const irap = at.area === 'oceania' ? comply(['irap'], 'service', programs) : [];
  if (runtime === 'fargate') return [...always, ...law, ...irap];
  const european = at.area === 'europe' ? comply(['c5', 'ens-high'], 'service', programs) : [];
  const federal = at.jurisdiction.value.country === 'US' ? comply(['fedramp-moderate'], 'service', programs) : [];
  return [...always, ...law, ...irap, ...european, ...federal];
}

const secretStores = ['aws-secrets-manager', 'aws-ssm-parameter-store'];

function onFargate(at: Region): Offering {
  const prices = fargate(at.name);
  return {
    id: `${at.id}/fargate`,
    cloud: 'aws',
    region: at,
    runtime: 'fargate',
    deployable: { yes: true },
    limits: {
      sizes: fargateSizes,
      deployerCap: {
        cpuMillicores: 4_000,
        memoryMib: 30_720,
        reason: 'larger tasks go to ecs-ec2: beyond 4 vCPU or 30,720 MiB our deployer does not use Fargate',
      },
    },
    capabilities: fact(
      {
        http: true,
        grpc: true,
        tcp: true,
        worker: true,
        volumes: false,
        spot: true,
        gpu: false,
        arm64: true,
        scaleToZero: false,
        secretStores,
      },
      ecsGuide,
      'Fargate can mount EFS; our deployer sends services with volumes to ecs-ec2.',
    ),
    compliance: compliance(at, 'fargate'),
    slaPercent: fact(99.99, sla),
    quotas: {
      vcpu: { ...fact(6, fargateQuota, 'Default of a new account; a quota increase is usual.'), scope: 'region' },
    },
    ...(prices === undefined ? {} : { prices }),
    endpoint: loadBalancer(at.name),
    absent: [
      'start-up latency',
      'most replicas of one service',
      'FedRAMP and C5 status (the program table read lists neither for Fargate)',
      ...(prices !== undefined && prices.model === 'allocated' && prices.arm64 !== undefined ? [] : ['arm64 price']),
    ],
  };
}

function onEc2(at: Region): Offering {
  const prices = ec2Prices[at.name];
  return {
    id: `${at.id}/ecs-ec2`,
    cloud: 'aws',
    region: at,
    runtime: 'ecs-ec2',
    deployable: { yes: true },
    limits: { sizes: machineSizes },
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
        secretStores,
      },
      ecsGuide,
      'As the listed instance types allow: x86, no GPU, on demand.',
    ),
    compliance: compliance(at, 'ecs-ec2'),
    slaPercent: fact(99.99, sla, 'Tasks spread over two or more availability zones.'),
    quotas: {},
    ...(prices === undefined ? {} : { prices }),
    endpoint: loadBalancer(at.name),
    absent: [
      'start-up latency',
      'most replicas of one service',
      'default vCPU quota',
      ...(prices === undefined ? ['instance prices in this region'] : []),
    ],
  };
}

export const awsRegions: readonly Region[] = sites.map(([site, leaving]) => region('aws', site, leaving));

export const awsOfferings: readonly Offering[] = awsRegions.flatMap((at) => [onFargate(at), onEc2(at)]);

export const awsFreeGrants: readonly FreeGrant[] = [
  {
    cloud: 'aws',
    appliesTo: 'egress',
    item: 'data transfer to the internet, per account and month',
    quantity: fact(100, goldenTransfer),
    unit: 'gb',
    covers: ['traffic to the internet', 'traffic (internet)'],
  },
];
