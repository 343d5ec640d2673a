import type { Model } from './model.ts';

/**
 * The cheapest set of picks for one service under the given costs per candidate, ignoring everybody else; written into
 * `chosen` (a candidate per slot). Taking the cheapest candidate that still leaves room for the missing clouds is exact,
 * because "p picks on at least m clouds" is a matroid; the same holds for locations. Where both bind and differ, the
 * greedy set may not be the cheapest, so the returned bound then only counts the two demands one at a time.
 *
 * @returns a lower bound on the cost of the picks, equal to it unless both demands bind
 */
export function choose(model: Model, s: number, cost: Float64Array, chosen: Int32Array): number {
  const slot = model.slot[s]!;
  const picks = model.slot[s + 1]! - slot;
  if (picks === 1) {
    const best = cheapest(model, s, cost);
    chosen[slot] = best;
    return cost[best]!;
  }
  const [clouds, locations] = [model.minimumClouds[s]!, model.minimumLocations[s]!];
  const value = greedy(model, s, { cost, chosen, clouds, locations });
  // A location lies in one cloud: asking for no more locations than clouds asks for nothing new.
  if (clouds <= 1 || locations <= clouds) return value;
  const scratch = new Int32Array(chosen.length);
  const byCloud = greedy(model, s, { cost, chosen: scratch, clouds, locations: 1 });
  return Math.max(byCloud, greedy(model, s, { cost, chosen: scratch, clouds: 1, locations }));
}

function cheapest(model: Model, s: number, cost: Float64Array): number {
  const end = model.first[s + 1]!;
  let best = model.first[s]!;
  for (let c = best + 1; c < end; c += 1) if (cost[c]! < cost[best]!) best = c;
  return best;
}

interface Demand {
  readonly cost: Float64Array;
  readonly chosen: Int32Array;
  readonly clouds: number;
  readonly locations: number;
}

/** Of the slots before `slot`, does any already stand on this cloud / location / candidate? */
function among(chosen: Int32Array, from: number, slot: number, same: (other: number) => boolean): boolean {
  for (let k = from; k < slot; k += 1) if (same(chosen[k]!)) return true;
  return false;
}

function greedy(model: Model, s: number, demand: Demand): number {
  const { chosen, cost } = demand;
  const from = model.slot[s]!;
  const end = model.slot[s + 1]!;
  const scan: Scan = {
    ...demand,
    from,
    // How many picks may repeat a cloud (a location) and still leave enough for the minimum.
    spareClouds: end - from - Math.max(1, demand.clouds),
    spareLocations: end - from - Math.max(1, demand.locations),
  };
  let value = 0;
  for (let k = from; k < end; k += 1) {
    // Two demands together can run dry; the placement itself is then left to the search, the bound to what was found.
    const next = cheapestAllowed(model, s, k, scan) ?? cheapest(model, s, cost);
    if (repeats(model.cloud, scan, k, next)) scan.spareClouds -= 1;
    if (repeats(model.location, scan, k, next)) scan.spareLocations -= 1;
    chosen[k] = next;
    value += cost[next]!;
  }
  return value;
}

interface Scan extends Demand {
  readonly from: number;
  spareClouds: number;
  spareLocations: number;
}

/** Does a slot before k already stand where candidate c would, by cloud or by location? */
function repeats(key: Int32Array, { chosen, from }: Scan, k: number, c: number): boolean {
  return among(chosen, from, k, (other) => key[other] === key[c]);
}

function cheapestAllowed(model: Model, s: number, k: number, scan: Scan): number | undefined {
  const { cost, chosen, from } = scan;
  let best: number | undefined;
  for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) {
    if (best !== undefined && cost[c]! >= cost[best]!) continue;
    if (among(chosen, from, k, (other) => other === c)) continue;
    const cloudAllowed = scan.spareClouds > 0 || !repeats(model.cloud, scan, k, c);
    if (cloudAllowed && (scan.spareLocations > 0 || !repeats(model.location, scan, k, c))) best = c;
  }
  return best;
}
