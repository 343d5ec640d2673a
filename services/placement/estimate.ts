import type { Offering } from '../../shared/catalogue/types.ts';
import type { Amount, NormalizedService, NormalizedUsage } from '../../shared/domain/spec/normalized.ts';
import type { Cost, ServiceDecision, TargetCost } from './decision.ts';
import { monthlyCost, type MonthlyCost } from './evaluate.ts';
import type { PlacedTarget } from './record.ts';

/** What a service costs where it was put: per target, then together. Micro-dollars a month. */

export const none: Cost = { low: 0, expected: 0, high: 0 };
const nobody: Amount = { low: 0, expected: 0, high: 0 };

export function serving<T extends { readonly role?: 'standby' }>(targets: readonly T[]): T[] {
  return targets.filter(({ role }) => role !== 'standby');
}

export function sumCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, each) => ({
      low: sum.low + each.low,
      expected: sum.expected + each.expected,
      high: sum.high + each.high,
    }),
    none,
  );
}

/** Without traffic: what leaves a service is known once all are placed (`totals.ts`). */
export function costOf(
  service: NormalizedService | undefined,
  placed: readonly PlacedTarget[],
  offerings: ReadonlyMap<string, Offering>,
): ServiceDecision['cost'] {
  const shares = sharesOf(placed);
  const parts = placed.flatMap((each) => {
    const offering = offerings.get(each.target);
    if (service === undefined || offering === undefined) return [];
    const share = shares.get(each.target) ?? 0;
    const replicas = meanOn(service, each, share);
    if (replicas === 0) return [];
    // The usage is the whole service's: each target answers its share of the requests.
    const part = monthlyRange(each.role === 'standby' ? idle(service) : shareOf(service, share), offering, replicas);
    return 'missing' in part ? [] : [{ placed: each, ...part }];
  });
  return {
    compute: sumCosts(parts.map(({ compute }) => compute)),
    fixed: sumCosts(parts.map(({ fixed }) => fixed)),
    targets: parts.map(({ placed: { target, role }, compute, fixed }): TargetCost => {
      return { target, ...(role && { role }), compute, fixed, egress: none, total: sumCosts([compute, fixed]) };
    }),
    lines: parts.flatMap(({ lines }) => lines),
    assumptions: [...new Set(parts.flatMap(({ assumptions }) => assumptions))],
  };
}

/** The part of the service's requests that each of its targets answers: as its replicas are. Standbys answer none. */
export function sharesOf(placed: readonly PlacedTarget[]): ReadonlyMap<string, number> {
  const all = serving(placed);
  const total = all.reduce((sum, { replicas }) => sum + replicas, 0);
  // Scaled to nothing for now: what comes later is spread evenly.
  return new Map(all.map(({ target, replicas }) => [target, total === 0 ? 1 / all.length : replicas / total]));
}

/** Replicas there, averaged over the week where the clock changes them. */
function meanOn({ meanReplicas }: NormalizedService, { replicas, role }: PlacedTarget, share: number): number {
  return meanReplicas === undefined || role === 'standby' ? replicas : meanReplicas * share;
}

/** With the range of its usage: the low of little use, the high of much. */
export function monthlyRange(
  service: NormalizedService,
  offering: Offering,
  replicas: number,
): MonthlyCost | { readonly missing: readonly string[] } {
  const expected = monthlyCost(service, offering, replicas);
  if ('missing' in expected || !hasRange(service.usage)) return expected;
  const low = monthlyCost(service, offering, replicas, 'low');
  const high = monthlyCost(service, offering, replicas, 'high');
  if ('missing' in low || 'missing' in high) return expected;
  return {
    ...expected,
    compute: between(low.compute, expected.compute, high.compute),
    fixed: between(low.fixed, expected.fixed, high.fixed),
  };
}

/** Whatever a price list says (waiting may cost more than working): low is never above what is expected, nor high below. */
function between(low: Cost, { expected }: Cost, high: Cost): Cost {
  return { low: Math.min(low.low, expected), expected, high: Math.max(high.high, expected) };
}

function hasRange({ requestsPerSecond, activeShare }: NormalizedUsage): boolean {
  return [requestsPerSecond, activeShare].some((amount) => amount !== undefined && amount.low !== amount.high);
}

function shareOf(service: NormalizedService, share: number): NormalizedService {
  const { requestsPerSecond } = service.usage;
  if (requestsPerSecond === undefined || share === 1) return service;
  return { ...service, usage: { ...service.usage, requestsPerSecond: times(requestsPerSecond, share) } };
}

export function times({ low, expected, high }: Amount, factor: number): Amount {
  return { low: low * factor, expected: expected * factor, high: high * factor };
}

/** Nobody asks a standby for anything. */
export function idle(service: NormalizedService): NormalizedService {
  return { ...service, usage: { requestsPerSecond: nobody, activeShare: nobody } };
}
