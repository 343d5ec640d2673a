import { monthlyEgress, type Destination } from '../../../shared/catalogue/index.ts';
import type { Offering } from '../../../shared/catalogue/types.ts';
import type { Facts, LinkAround } from './facts.ts';

/**
 * What the traffic of a service costs a month if it stood on these targets: to the internet, to the services it calls, and theirs to
 * it (paid where it leaves). Micro-dollars; each pair of places carries an even share.
 * @returns undefined where a price, or where a linked service stands, is not known
 */
export function trafficOf(facts: Facts, targets: readonly string[]): number | undefined {
  const { service, links, offerings } = facts;
  const here = found(targets, offerings);
  if (here === undefined) return undefined;
  let sum = 0;
  for (const cost of [
    between(here, ['internet'], service.usage.egressGbPerMonth?.expected ?? 0),
    ...links.map((link) => linkCost(link, here, offerings)),
  ]) {
    if (cost === undefined) return undefined;
    sum += cost;
  }
  return sum;
}

function linkCost(
  { direction, gbPerMonth, targets }: LinkAround,
  here: readonly Offering[],
  offerings: ReadonlyMap<string, Offering>,
): number | undefined {
  if (gbPerMonth === 0) return 0;
  const there = targets === undefined ? undefined : found(targets, offerings);
  if (there === undefined) return undefined;
  return direction === 'out' ? between(here, there, gbPerMonth) : between(there, here, gbPerMonth);
}

function between(from: readonly Offering[], to: readonly Destination[], gbPerMonth: number): number | undefined {
  if (gbPerMonth === 0) return 0;
  const share = gbPerMonth / (from.length * to.length);
  let sum = 0;
  for (const source of from) {
    for (const destination of to) {
      const cost = monthlyEgress(source, destination, share);
      if ('missing' in cost) return undefined;
      sum += cost.micros;
    }
  }
  return sum;
}

function found(targets: readonly string[], offerings: ReadonlyMap<string, Offering>): readonly Offering[] | undefined {
  const known = targets.flatMap((target) => offerings.get(target) ?? []);
  return known.length === targets.length && known.length > 0 ? known : undefined;
}
