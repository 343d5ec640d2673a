import { costPart, total, type CostPart, type Missing } from './monthly-compute.ts';
import type { EgressTier, Offering, Price, Region } from './types.ts';

/** `internet` also stands for every other cloud: traffic between clouds leaves through the internet. */
export type Destination = Offering | 'internet';

export interface EgressRate {
  /** Micro-dollars per GB: the first paid tier's. */
  readonly microsPerGb: number;
  /** All tiers, ascending; a flat rate is one tier. */
  readonly tiers: readonly EgressTier[];
  readonly basis: 'same-region' | 'inter-region' | 'internet' | 'internet-as-upper-bound';
  readonly asOf: string;
  readonly source: string;
}

function rate(tiers: readonly EgressTier[], basis: EgressRate['basis']): EgressRate | undefined {
  const first = tiers[0];
  if (first === undefined) return undefined;
  const { value, asOf, source } = first.price;
  return { microsPerGb: value.micros / value.per, tiers, basis, asOf, source };
}

function flatRate(price: Price | undefined, basis: EgressRate['basis']): EgressRate | undefined {
  return price === undefined ? undefined : rate([{ price }], basis);
}

function withinCloud(from: Region, to: Region): EgressRate | undefined {
  if (from.id === to.id) return flatRate(from.egress.sameRegion, 'same-region');
  return (
    flatRate(from.egress.toRegion?.[to.name] ?? from.egress.interRegion[to.area], 'inter-region') ??
    // A public endpoint can always be used instead, so the internet price bounds the one that was not found.
    rate(from.egress.internet ?? [], 'internet-as-upper-bound')
  );
}

/**
 * What a GB costs that leaves `from` for `to`, before the account's monthly free allowance (see `freeGrants`).
 * Traffic is charged where it leaves; arriving is free on all three clouds.
 */
export function egressMicrosPerGb(from: Offering, to: Destination): EgressRate | Missing {
  const inside = to !== 'internet' && to.cloud === from.cloud;
  const found = inside ? withinCloud(from.region, to.region) : rate(from.region.egress.internet ?? [], 'internet');
  const where = to === 'internet' ? 'the internet' : to.region.id;
  return found ?? { missing: [`${from.region.id}: price of traffic to ${where} (no source)`] };
}

/** A month of traffic through the tiers: one line per tier it reaches. */
export function monthlyEgress(
  from: Offering,
  to: Destination,
  gbPerMonth: number,
): { readonly micros: number; readonly parts: readonly CostPart[] } | Missing {
  const found = egressMicrosPerGb(from, to);
  if ('missing' in found) return found;
  const parts: CostPart[] = [];
  let done = 0;
  for (const tier of found.tiers) {
    const quantity = Math.min(gbPerMonth, tier.upToGb ?? Infinity) - done;
    if (quantity <= 0) break;
    parts.push(costPart(`traffic (${found.basis})`, quantity, tier.price));
    done += quantity;
  }
  return { micros: total(parts), parts };
}
