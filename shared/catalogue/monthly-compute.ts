import { fitSize, type Size } from './fit-size.ts';
import type { Offering, Price, Prices, Rates, Unit } from './types.ts';

/** Hours of a month, as all three clouds' own calculators count it. */
export const HOURS_PER_MONTH = 730;

export interface Usage {
  /** Requests a second to the service, over all replicas, averaged over the month. Default 1. */
  readonly requestsPerSecond?: number;
  /** Share of the time (0 to 1) in which a replica is answering at least one request. Default 0.2. */
  readonly activeShare?: number;
  /** Works only while answering requests. Default true; false never earns the idle rate. */
  readonly requestDriven?: boolean;
  /** Default amd64. */
  readonly architecture?: 'amd64' | 'arm64';
  /** Interruptible capacity is asked for. Default false. */
  readonly spot?: boolean;
}

/** Assumed where a spec says nothing: a small web service with one request a second that takes 200 ms to answer. */
export const defaultUsage = {
  requestsPerSecond: 1,
  activeShare: 0.2,
  requestDriven: true,
  architecture: 'amd64',
  spot: false,
} as const satisfies Required<Usage>;

/** One line of an estimate, with the age and origin of its price. */
export interface CostPart {
  readonly item: string;
  readonly quantity: number;
  readonly unit: Unit;
  readonly micros: number;
  readonly asOf: string;
  readonly source: string;
}

export interface Estimate {
  readonly lowMicros: number;
  /** Sum of `parts`. */
  readonly expectedMicros: number;
  readonly highMicros: number;
  readonly parts: readonly CostPart[];
  /** Where a price was bounded because it has no source. */
  readonly assumptions: readonly string[];
}

/** What has no source, named; an estimate is never made up in its place. */
export interface Missing {
  readonly missing: readonly string[];
}

export function isMissing(result: Estimate | Missing): result is Missing {
  return 'missing' in result;
}

/** Rounded once per line, to the micro-dollar. */
export function costPart(item: string, quantity: number, at: Price): CostPart {
  const { micros, unit, per } = at.value;
  return {
    item,
    quantity,
    unit,
    micros: Math.round((quantity * micros) / per),
    asOf: at.asOf,
    source: at.source,
  };
}

export const total = (parts: readonly CostPart[]): number => parts.reduce((sum, part) => sum + part.micros, 0);

/** vCPU and memory lines for that many replica-hours. */
function timeParts(label: string, size: Size, hours: number, rates: Rates): readonly CostPart[] {
  return [
    costPart(`${label} vCPU`, (size.cpuMillicores * hours) / 1000, rates.vcpuHour),
    costPart(`${label} memory`, (size.memoryMib * hours) / 1024, rates.gibHour),
  ];
}

function flat(parts: readonly CostPart[]): Estimate {
  const sum = total(parts);
  return { lowMicros: sum, expectedMicros: sum, highMicros: sum, parts, assumptions: [] };
}

type Load = Required<Usage>;
type Of<Model extends Prices['model']> = Extract<Prices, { model: Model }>;

function allocated(offering: Offering, prices: Of<'allocated'>, hours: number, ask: { size: Size; load: Load }) {
  const { size, load } = ask;
  const arm = load.architecture === 'arm64';
  const rates = arm ? prices.arm64 : prices.amd64;
  if (!load.spot) {
    return rates === undefined
      ? { missing: [`${offering.id}: arm64 price`] }
      : flat(timeParts('allocated', size, hours, rates));
  }
  const spot = arm ? prices.spotArm64 : prices.spot;
  if (spot === undefined) return { missing: [`${offering.id}: spot price${arm ? ' for arm64' : ''}`] };
  const parts = timeParts('spot', size, hours, spot);
  // Interruptible capacity can be taken away at any time: at worst the month is bought on demand.
  const onDemand = total(timeParts('on-demand', size, hours, rates ?? prices.amd64));
  return { ...flat(parts), highMicros: Math.max(total(parts), onDemand) };
}

/** The rate of a warm replica that waits, and what had to be assumed for it. */
function idleRates(offering: Offering, prices: Of<'request'>): { rates: Rates; assumptions: readonly string[] } {
  if (prices.idle !== undefined) return { rates: prices.idle, assumptions: [] };
  const bound = prices.instance ?? prices.active;
  const name = prices.instance === undefined ? 'active' : 'instance-based';
  return {
    rates: bound,
    assumptions: [`${offering.id}: the idle price has no source; bounded from above by the ${name} price`],
  };
}

/** The line for requests, or the statement that it is left out. */
function requestParts(offering: Offering, prices: Of<'request'>, load: Load) {
  const millions = (load.requestsPerSecond * 3600 * HOURS_PER_MONTH) / 1_000_000;
  if (prices.millionRequests !== undefined) {
    return { parts: [costPart('requests', millions, prices.millionRequests)], assumptions: [] };
  }
  return { parts: [], assumptions: [`${offering.id}: the price of requests has no source and is left out`] };
}

/**
 * Low: idle replicas are let go. Expected: they stay warm at the idle rate. High: requests keep every replica busy.
 * Work that does not wait for requests is never idle: instance-based billing where it exists, else active all month.
 */
function perRequest(
  offering: Offering,
  prices: Of<'request'>,
  hours: number,
  ask: { size: Size; load: Load },
): Estimate {
  const { size, load } = ask;
  if (!load.requestDriven && prices.instance !== undefined) {
    return flat(timeParts('always on', size, hours, prices.instance));
  }
  const requests = requestParts(offering, prices, load);
  const busy = [...timeParts('active', size, hours, prices.active), ...requests.parts];
  if (!load.requestDriven) return { ...flat(busy), assumptions: requests.assumptions };
  const activeHours = hours * load.activeShare;
  const active = [...timeParts('active', size, activeHours, prices.active), ...requests.parts];
  const idle = idleRates(offering, prices);
  const parts = [...active, ...timeParts('idle', size, hours - activeHours, idle.rates)];
  const expectedMicros = total(parts);
  return {
    lowMicros: total(active),
    expectedMicros,
    highMicros: Math.max(expectedMicros, total(busy)),
    parts,
    assumptions: [...requests.assumptions, ...idle.assumptions],
  };
}

function perMachine(offering: Offering, prices: Of<'machine'>, hours: number, size: Size): Estimate | Missing {
  const fit = fitSize(offering, size);
  if (!fit.fits) return { missing: [fit.reason] };
  const hourly = fit.instanceType === undefined ? undefined : prices.hour[fit.instanceType];
  if (hourly === undefined) return { missing: [`${offering.id}: price of ${fit.instanceType ?? 'the machine'}`] };
  return flat([costPart(`machine ${fit.instanceType}`, hours, hourly)]);
}

/**
 * What `replicas` of that size cost in a month of 730 hours, before free grants: those are given once per account and month,
 * so a fleet applies them once (see `freeGrants`), never per service.
 *
 * @param size a size that `fitSize` returned for this offering
 * @returns the estimate, or the names of the prices that have no source
 */
export function monthlyCompute(
  offering: Offering,
  size: Size,
  replicas: number,
  usage: Usage = {},
): Estimate | Missing {
  const { prices } = offering;
  if (prices === undefined) return { missing: [`${offering.id}: price (no source)`] };
  const load: Load = { ...defaultUsage, ...usage };
  const hours = HOURS_PER_MONTH * replicas;
  switch (prices.model) {
    case 'allocated':
      return allocated(offering, prices, hours, { size, load });
    case 'request':
      return perRequest(offering, prices, hours, { size, load });
    case 'machine':
      return perMachine(offering, prices, hours, size);
    case 'cluster-fee':
      return { missing: [`${offering.id}: pod prices (only the cluster fee has a source)`] };
  }
}

/**
 * Fixed monthly cost of being reachable from outside: nothing where it is part of the runtime, else one load balancer, which
 * several services may share. Its capacity units depend on traffic: none in low and expected, one all month in high.
 */
export function monthlyEndpoint(offering: Offering): Estimate | Missing {
  const { endpoint } = offering;
  switch (endpoint.kind) {
    case 'included':
      return flat([]);
    case 'load-balancer': {
      const fixed = flat([costPart('load balancer', HOURS_PER_MONTH, endpoint.hour)]);
      if (endpoint.capacityUnitHour === undefined) {
        return { ...fixed, assumptions: [`${offering.id}: the capacity unit's price has no source and is left out`] };
      }
      const unit = costPart('load balancer capacity', HOURS_PER_MONTH, endpoint.capacityUnitHour);
      return { ...fixed, highMicros: fixed.highMicros + unit.micros };
    }
    case 'absent':
      return { missing: [endpoint.reason] };
  }
}
