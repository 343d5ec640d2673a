import type { ApplicationSpec, ServiceSpec } from '../../contracts/application-spec.ts';
import type { Tier } from '../../contracts/values.ts';
import { mebibytes, millicores } from '../quantity.ts';
import { specDefaults, tierDefaults, type TierDefaults } from './defaults.ts';
import type {
  NormalizedApplication,
  NormalizedHealthCheck,
  NormalizedPort,
  NormalizedService,
  NormalizedStrategy,
} from './normalized.ts';
import { normalizeUsage } from './usage.ts';

/** What configuration may decide about defaults. */
export interface NormalizeOptions {
  readonly tiers?: Readonly<Record<Tier, TierDefaults>>;
}

/**
 * Writes out every default and turns quantities into integers. Takes a spec that passed `validateApplication`.
 * @throws RangeError on a quantity that is none: such a spec was never checked.
 */
export function normalizeApplication(spec: ApplicationSpec, options: NormalizeOptions = {}): NormalizedApplication {
  const { minimumClouds = 1, ...placement } = spec.spec.placement ?? {};
  const tiers = options.tiers ?? tierDefaults;
  return {
    name: spec.metadata.name,
    labels: { ...spec.metadata.labels },
    placement: { ...placement, minimumClouds },
    services: spec.spec.services.map((each) => normalizeService(each, tiers)),
  };
}

/** What stands for a field that is left out, where the default does not depend on other fields. */
const absent = {
  tier: specDefaults.tier,
  env: {},
  secrets: [],
  volumes: [],
  spot: false,
  requestDriven: false,
  hints: {},
  links: [],
} as const;

function normalizeService(service: ServiceSpec, tiers: Readonly<Record<Tier, TierDefaults>>): NormalizedService {
  const {
    resources: _,
    ports: __,
    healthCheck: ___,
    strategy: ____,
    recovery: _____,
    usage,
    constraints,
    ...stated
  } = service;
  const filled = { ...absent, ...stated };
  const ports = normalizePorts(service);
  const { minimumClouds = 1, minimumRegions = minimumClouds } = constraints ?? {};
  const tier = tiers[filled.tier];
  const recovery = { ...tier.recovery, ...service.recovery };
  const places = Math.max(minimumClouds, minimumRegions, recovery.standby === 'active-active' ? 2 : 1);
  return {
    ...filled,
    // A spread asked for and a count left out can only mean "as many as it takes".
    replicas: filled.replicas ?? Math.max(tier.replicas, places),
    ...size(service),
    env: Object.fromEntries(Object.entries(filled.env).map(([name, value]) => [name, String(value)])),
    ports,
    ...healthCheck(service, ports),
    strategy: strategy(service, tier),
    recovery,
    constraints: { ...constraints, minimumClouds, minimumRegions },
    stateless: filled.stateless ?? filled.volumes.length === 0,
    usage: normalizeUsage(usage),
  };
}

function size({ name, resources }: ServiceSpec): { readonly cpuMillicores: number; readonly memoryMib: number } {
  const { cpu, memory } = resources ?? {};
  const cpuMillicores = cpu === undefined ? specDefaults.cpuMillicores : millicores(cpu);
  const memoryMib = memory === undefined ? specDefaults.memoryMib : mebibytes(memory);
  if (cpuMillicores === undefined || memoryMib === undefined) {
    throw new RangeError(
      `service ${name}: cpu "${cpu}" or memory "${memory}" is not a quantity; validate before normalizing`,
    );
  }
  return { cpuMillicores, memoryMib };
}

/** Ports with protocol and name written out; the default name is protocol and number: `http-8080`. */
export function normalizePorts({ ports = [] }: ServiceSpec): readonly NormalizedPort[] {
  return ports.map(({ name, port, protocol = specDefaults.protocol }) => ({
    name: name ?? `${protocol.toLowerCase()}-${port}`,
    port,
    protocol,
  }));
}

function healthCheck(
  { healthCheck: stated }: ServiceSpec,
  ports: readonly NormalizedPort[],
): { readonly healthCheck?: NormalizedHealthCheck } {
  const port = stated?.port ?? (ports.find(({ protocol }) => protocol === 'HTTP') ?? ports[0])?.port;
  if (stated === undefined || port === undefined) return {};
  const defaults = specDefaults.healthCheck;
  const intervalSeconds = stated.intervalSeconds ?? defaults.intervalSeconds;
  return {
    healthCheck: {
      ...defaults,
      timeoutSeconds: Math.min(defaults.timeoutSeconds, intervalSeconds),
      ...stated,
      intervalSeconds,
      port,
    },
  };
}

function strategy({ strategy: stated }: ServiceSpec, tier: TierDefaults): NormalizedStrategy {
  const progressDeadlineSeconds = stated?.progressDeadlineSeconds ?? tier.progressDeadlineSeconds;
  if (stated?.type !== 'canary') return { type: 'rolling', steps: [100], stepSeconds: 0, progressDeadlineSeconds };
  return { ...specDefaults.canary, ...stated, type: 'canary', progressDeadlineSeconds };
}
