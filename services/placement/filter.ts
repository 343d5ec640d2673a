import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { covers } from '../../shared/domain/target.ts';
import { fitSize, latencyMs, place, withinJurisdiction } from '../../shared/catalogue/index.ts';
import type { Offering } from '../../shared/catalogue/types.ts';
import { isCordon } from './exclusions.ts';
import type { Exclusion } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { matchesAny } from './wildcard.ts';

/** What a filter may look at. */
export interface FilterContext {
  readonly settings: PlacementSettings;
  /** Those that hold for this service. */
  readonly exclusions: readonly Exclusion[];
  /** Targets on which it stands: a cordon lets it stay there. */
  readonly standing: ReadonlySet<string>;
  /** Targets that failed this very service lately. */
  readonly avoid: ReadonlySet<string>;
}

export type FilterName =
  | 'enabled'
  | 'deployable'
  | 'excluded'
  | 'failed-lately'
  | 'clouds'
  | 'regions'
  | 'residency'
  | 'compliance'
  | 'runtime'
  | 'capability'
  | 'size'
  | 'replicas'
  | 'latency'
  | 'price'
  | 'price-cap'
  | 'quota';

export interface Rejection {
  readonly filter: FilterName;
  /** For a person: what does not fit. */
  readonly reason: string;
}

type Filter = (service: NormalizedService, offering: Offering, context: FilterContext) => string | undefined;

/** In the order in which a person would ask; the first that says no gives the reason. */
const filters: readonly (readonly [FilterName, Filter])[] = [
  ['enabled', enabled],
  ['deployable', (_, { deployable }) => (deployable.yes ? undefined : deployable.reason)],
  ['clouds', clouds],
  ['regions', regions],
  ['residency', residency],
  ['compliance', compliance],
  ['runtime', runtime],
  ['capability', capability],
  ['size', size],
  ['replicas', replicas],
  ['latency', latency],
  // Last: what is said here passes, so it is said only of what would do otherwise.
  ['excluded', excluded],
  [
    'failed-lately',
    (_, offering, { avoid }) =>
      avoid.has(offering.id) ? 'it failed this service lately; tried again later' : undefined,
  ],
];

/** @returns the first reason why the service cannot stand there, or undefined when it can. */
export function reject(service: NormalizedService, offering: Offering, context: FilterContext): Rejection | undefined {
  for (const [filter, test] of filters) {
    const reason = test(service, offering, context);
    if (reason !== undefined) return { filter, reason };
  }
  return undefined;
}

function enabled(_: NormalizedService, { cloud, region }: Offering, { settings }: FilterContext): string | undefined {
  const configured = settings.clouds[cloud];
  if (configured === undefined) return `${cloud} is not enabled in the configuration`;
  if (configured.regions === undefined || configured.regions.includes(region.name)) return undefined;
  return `${region.id} is not among the configured regions of ${cloud}`;
}

function excluded(_: NormalizedService, { id }: Offering, { exclusions, standing }: FilterContext): string | undefined {
  const over = exclusions.filter(({ scope }) => covers(scope, id));
  const by = over.find((each) => !isCordon(each)) ?? over[0];
  if (by === undefined) return undefined;
  if (!isCordon(by)) return `${by.scope} is excluded: ${by.reason}`;
  return standing.has(id) ? undefined : `${by.scope} is cordoned, nothing new goes there: ${by.reason}`;
}

function clouds({ constraints }: NormalizedService, { cloud }: Offering): string | undefined {
  const { allow, deny } = constraints.clouds ?? {};
  if (deny !== undefined && matchesAny(deny, cloud)) return `the service denies ${cloud}`;
  if (allow !== undefined && !matchesAny(allow, cloud)) return `the service allows only ${allow.join(', ')}`;
  return undefined;
}

function regions({ constraints }: NormalizedService, { region }: Offering): string | undefined {
  const { allow, deny } = constraints.regions ?? {};
  const names = [region.name, region.id];
  if (deny !== undefined && names.some((name) => matchesAny(deny, name))) return `the service denies ${region.id}`;
  if (allow !== undefined && !names.some((name) => matchesAny(allow, name))) {
    return `the service allows only ${allow.join(', ')}`;
  }
  return undefined;
}

function residency({ constraints }: NormalizedService, { region }: Offering): string | undefined {
  const wanted = constraints.dataResidency;
  if (wanted === undefined) return undefined;
  if (wanted.some((code) => withinJurisdiction(region, code))) return undefined;
  const { country, blocs } = region.jurisdiction.value;
  // Without the place, so that all regions under the same law share one line.
  return `under the law of ${[country, ...blocs].join('/')}; the data must stay in ${wanted.join(' or ')}`;
}

function compliance({ constraints }: NormalizedService, offering: Offering): string | undefined {
  const held = new Set<string>(offering.compliance.map(({ value }) => value.program));
  const missing = (constraints.compliance ?? []).filter((program) => !held.has(program));
  return missing.length === 0 ? undefined : `no source says that it holds ${missing.join(', ')}`;
}

function runtime(service: NormalizedService, offering: Offering): string | undefined {
  const only = service.constraints.nodes?.runtime;
  if (only !== undefined) return only === offering.runtime ? undefined : `the service asks for ${only}`;
  const preference = preferences[offering.runtime];
  return preference === undefined || preference.suits(service) ? undefined : preference.otherwise;
}

/** Which of a cloud's runtimes takes which kind of service. */
const preferences: Readonly<
  Record<string, { readonly suits: (service: NormalizedService) => boolean; readonly otherwise: string }>
> = {
  'ecs-ec2': {
    suits: needsMachine,
    otherwise: 'Fargate takes it; own machines are for more than 4 vCPU, 30,720 MiB or volumes',
  },
  fargate: {
    suits: (service) => !needsMachine(service),
    otherwise: 'more than 4 vCPU, 30,720 MiB or a volume goes to ECS on EC2',
  },
  'container-instances': {
    suits: (service) => !isBalanced(service),
    otherwise: 'services that answer requests go to Container Apps',
  },
  'container-apps': { suits: isBalanced, otherwise: 'workers and plain TCP services go to Container Instances' },
};

function needsMachine(service: NormalizedService): boolean {
  return service.cpuMillicores > 4000 || service.memoryMib > 30_720 || service.volumes.length > 0;
}

/** Requests can be spread over its replicas by the platform. */
function isBalanced(service: NormalizedService): boolean {
  return service.requestDriven || service.ports.some(({ protocol }) => protocol !== 'TCP');
}

function capability(service: NormalizedService, { capabilities: { value: can } }: Offering): string | undefined {
  const { gpu, architecture } = service.constraints.nodes ?? {};
  const lacking = service.ports.find(({ protocol }) => !can[protocolKey[protocol]]);
  const demands: readonly (readonly [unmet: boolean, reason: string])[] = [
    [service.ports.length === 0 && !can.worker, 'it does not run a service without a port'],
    [lacking !== undefined, `it does not serve ${lacking?.protocol} (port ${lacking?.port})`],
    [service.volumes.length > 0 && !can.volumes, 'it does not mount volumes'],
    [gpu === true && !can.gpu, 'it has no GPU'],
    [architecture === 'arm64' && !can.arm64, 'it does not run arm64'],
  ];
  return demands.find(([unmet]) => unmet)?.[1];
}

const protocolKey = { HTTP: 'http', GRPC: 'grpc', TCP: 'tcp' } as const;

function size(service: NormalizedService, offering: Offering): string | undefined {
  const fitted = fitSize(offering, service);
  return fitted.fits ? undefined : fitted.reason;
}

function replicas(
  { replicas: now, peakReplicas = now }: NormalizedService,
  { maxReplicas }: Offering,
): string | undefined {
  if (maxReplicas === undefined || peakReplicas <= maxReplicas.value) return undefined;
  return `${peakReplicas} replicas are more than the ${maxReplicas.value} it allows`;
}

function latency({ constraints }: NormalizedService, { region }: Offering): string | undefined {
  for (const { from, maxMs } of constraints.latency ?? []) {
    const named = place(from);
    if (named === undefined) return `the place ${from} is not known`;
    const estimate = latencyMs(region, named);
    if (estimate > maxMs) return `about ${Math.round(estimate)} ms from ${from}; at most ${maxMs} ms is wanted`;
  }
  return undefined;
}
