import {
  defaultUsage,
  fitSize,
  isMissing,
  monthlyCompute,
  monthlyEndpoint,
  offeringsAround,
} from '../../../shared/catalogue/index.ts';
import type { Offering } from '../../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../../shared/domain/spec/normalized.ts';

/** So many replicas there; a fraction is a mean over time. */
export interface Standing {
  readonly target: string;
  readonly replicas: number;
  readonly role?: 'standby';
}

/**
 * What a service costs a month where it stands, with today's prices: compute, and being reachable. Micro-dollars, expected, without
 * traffic.
 * @returns undefined where a price is not known
 */
export function monthlyOf(
  service: NormalizedService,
  standing: readonly Standing[],
  offerings: ReadonlyMap<string, Offering>,
): number | undefined {
  const serving = standing.filter(({ role }) => role !== 'standby').reduce((sum, { replicas }) => sum + replicas, 0);
  let sum = 0;
  for (const each of standing) {
    const offering = offerings.get(each.target);
    const share = each.role === 'standby' || serving === 0 ? 0 : each.replicas / serving;
    const cost = offering === undefined ? undefined : monthlyOn(service, offering, { ...each, share });
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}

function monthlyOn(
  service: NormalizedService,
  offering: Offering,
  { replicas, share }: { readonly replicas: number; readonly share: number },
): number | undefined {
  const fitted = fitSize(offering, service);
  if (!fitted.fits) return undefined;
  const compute = monthlyCompute(offering, fitted.size, replicas, {
    ...usageOf(service, share),
    requestDriven: service.requestDriven,
    architecture: service.constraints.nodes?.architecture ?? 'amd64',
    spot: service.spot && offering.capabilities.value.spot,
  });
  if (isMissing(compute)) return undefined;
  const endpoint = service.ports.length === 0 ? 0 : endpointOf(offering);
  return endpoint === undefined ? undefined : compute.expectedMicros + endpoint;
}

/** Its share of the service's requests; nobody asks a standby for anything. */
function usageOf({ usage: { requestsPerSecond, activeShare } }: NormalizedService, share: number) {
  return {
    requestsPerSecond: (requestsPerSecond?.expected ?? defaultUsage.requestsPerSecond) * share,
    activeShare: share === 0 ? 0 : (activeShare?.expected ?? defaultUsage.activeShare),
  };
}

/** Where only the fixed cost has no source, the dearest one known on that cloud stands in: nothing is recommended for being unknown. */
function endpointOf(offering: Offering): number | undefined {
  const own = monthlyEndpoint(offering);
  if (!isMissing(own)) return own.expectedMicros;
  const known = offeringsAround(offering)
    .filter(({ cloud }) => cloud === offering.cloud)
    .map(monthlyEndpoint)
    .flatMap((each) => (isMissing(each) ? [] : [each.expectedMicros]));
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Replicas over as many targets, as evenly as they go, one each at least. */
export function spreadOver<T extends Standing>(standing: readonly T[], replicas: number): T[] {
  const serving = standing.filter(({ role }) => role !== 'standby');
  const total = replicas === 0 ? 0 : Math.max(replicas, serving.length);
  let index = 0;
  return standing.map((each) => {
    if (each.role === 'standby') return each;
    const own = Math.floor(total / serving.length) + (index < total % serving.length ? 1 : 0);
    index += 1;
    return { ...each, replicas: own };
  });
}

/** How far prices can be trusted: the provider's own list, a dated reading of it, or hearsay. */
const trust = { A: 0.95, B: 0.85, C: 0.7 } as const;

/** Of the least certain price among these places. */
export function priceConfidence(targets: readonly string[], offerings: ReadonlyMap<string, Offering>): number {
  const found = targets.flatMap((target) => qualities(offerings.get(target)?.prices));
  return Math.min(0.95, ...found.map((quality) => trust[quality]));
}

/** The oldest price among these places, for evidence. */
export function oldestPrice(targets: readonly string[], offerings: ReadonlyMap<string, Offering>): string {
  const dates = targets.flatMap((target) => factsIn(offerings.get(target)?.prices).map(({ asOf }) => asOf));
  return dates.filter((date) => date !== 'undated').sort()[0] ?? 'undated';
}

const qualities = (prices: unknown): (keyof typeof trust)[] => factsIn(prices).map(({ quality }) => quality);

interface Dated {
  readonly asOf: string;
  readonly quality: keyof typeof trust;
}

function factsIn(value: unknown): Dated[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('quality' in value && 'asOf' in value) return [value as Dated];
  return Object.values(value).flatMap(factsIn);
}
