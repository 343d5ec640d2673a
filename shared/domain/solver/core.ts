import type { Chance } from './chance.ts';
import type { Dual } from './dual.ts';
import type { Model } from './model.ts';
import { Sweeper } from './sweep.ts';

/**
 * The few candidates of each service that are worth trying: those cheapest once capacity is priced and egress charged, and
 * with links the cheapest one at every place, because a partner may pull a service anywhere.
 */
export interface Core {
  readonly first: Int32Array;
  /** Candidates of service s by rising cost: candidate[first[s]] .. */
  readonly candidate: Int32Array;
  /** Cost of every candidate at those prices, core or not. */
  readonly cost: Float64Array;
  /** Cheapest candidate of service s at location l, or -1: at[s * locations + l]. Empty without links. */
  readonly at: Int32Array;
}

export function core(model: Model, dual: Dual, size: number): Core {
  const sweeper = new Sweeper(model);
  const { first, links, locations, location } = model;
  const starts = new Int32Array(model.services + 1);
  const kept: number[] = [];
  const at = new Int32Array(links.count > 0 ? model.services * locations : 0).fill(-1);
  for (let s = 0; s < model.services; s += 1) {
    sweeper.lookAhead(dual, s);
    const own = Array.from({ length: first[s + 1]! - first[s]! }, (_, i) => first[s]! + i);
    own.sort((a, b) => sweeper.cost[a]! - sweeper.cost[b]! || a - b);
    for (const c of own.slice(0, size)) kept.push(c);
    starts[s + 1] = kept.length;
    if (at.length === 0) continue;
    for (const c of own) if (at[s * locations + location[c]!]! < 0) at[s * locations + location[c]!] = c;
  }
  return { first: starts, candidate: Int32Array.from(kept), cost: sweeper.cost, at };
}

/** A core candidate of service s, the cheaper the likelier. */
export function draw({ first, candidate }: Core, chance: Chance, s: number): number {
  const from = first[s]!;
  return candidate[from + Math.floor((first[s + 1]! - from) * chance.next() ** 2)]!;
}
