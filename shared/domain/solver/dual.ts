import type { Model } from './model.ts';

/**
 * A point of the Lagrangian dual. Capacity rows are priced instead of enforced, and each link's egress is divided between
 * its two ends, so that every service can choose alone. Whatever the prices, the sum of those choices minus the value of
 * the capacity is a lower bound on every feasible placement.
 */
export interface Dual {
  /** Price per unit of each quota, and per unit of weight on each cloud. */
  readonly quota: Float64Array;
  readonly cloud: Float64Array;
  /**
   * Egress that link e charges to its caller and to its callee, per place: from[fromFirst[e] + i] belongs to the i-th
   * place of service links.from[e]. The link itself keeps the rest, egress minus both charges.
   */
  readonly from: Float64Array;
  readonly fromFirst: Int32Array;
  readonly to: Float64Array;
  readonly toFirst: Int32Array;
}

export function emptyDual(model: Model): Dual {
  const { links } = model;
  const ends = (service: Int32Array): Int32Array => {
    const first = new Int32Array(links.count + 1);
    for (let e = 0; e < links.count; e += 1) {
      first[e + 1] = first[e]! + links.placeFirst[service[e]! + 1]! - links.placeFirst[service[e]!]!;
    }
    return first;
  };
  const [fromFirst, toFirst] = [ends(links.from), ends(links.to)];
  return {
    quota: new Float64Array(model.quotaCapacity.length),
    cloud: new Float64Array(model.clouds),
    from: new Float64Array(fromFirst[links.count]!),
    fromFirst,
    to: new Float64Array(toFirst[links.count]!),
    toFirst,
  };
}

export function copyDual(from: Dual, into: Dual): void {
  for (const key of ['quota', 'cloud', 'from', 'to'] as const) into[key].set(from[key]);
}

/**
 * What the priced capacity is worth: to be taken off the sum of the services' choices. A price on an UNLIMITED row proves
 * nothing, and its value says so.
 */
export function capacityValue(model: Model, dual: Dual): number {
  let value = 0;
  for (let row = 0; row < dual.quota.length; row += 1) {
    if (dual.quota[row]! > 0) value += dual.quota[row]! * model.quotaCapacity[row]!;
  }
  for (let row = 0; row < model.clouds; row += 1) {
    if (dual.cloud[row]! > 0) value += dual.cloud[row]! * model.cloudCapacity[row]!;
  }
  return value;
}
