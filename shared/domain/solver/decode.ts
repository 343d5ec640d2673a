import type { Dual } from './dual.ts';
import type { State } from './state.ts';
import { endOf, Sweeper } from './sweep.ts';

/**
 * A first placement from the prices: each service in turn takes its cheapest candidate that still fits, where links to
 * services already placed cost what they cost, and links to the others what they were charged. What finds no room stays
 * without a place; the search then makes room by moving others.
 */
export function decode(state: State, dual: Dual): void {
  const { model } = state;
  const sweeper = new Sweeper(model);
  // Charges towards later partners are only up to date after a sweep that came from the back.
  if (model.links.count > 0) sweeper.sweep(dual, false);
  for (let s = 0; s < model.services; s += 1) {
    if (model.slot[s] === model.slot[s + 1]) continue;
    sweeper.look(dual, s);
    settle(state, dual, s, sweeper.cost);
    for (let k = model.slot[s]!; k < model.slot[s + 1]!; k += 1) {
      const base = (c: number): number => sweeper.cost[c]!;
      state.put(k, cheapestFit(state, k, base));
    }
  }
}

/** For links to services already placed, replaces the charge in `cost` by the egress there will be. */
function settle(state: State, dual: Dual, s: number, cost: Float64Array): void {
  const { links, slot, first } = state.model;
  const picks = slot[s + 1]! - slot[s]!;
  const decided: number[] = [];
  for (let i = links.first[s]!; i < links.first[s + 1]!; i += 1) {
    const partner = endOf(state.model, dual, links.at[i]!, s).partner;
    if (state.choice[slot[partner]!]! >= 0) decided.push(links.at[i]!);
  }
  if (decided.length === 0) return;
  for (let c = first[s]!; c < first[s + 1]!; c += 1) {
    cost[c]! += state.egress(slot[s]!, c);
    for (const e of decided) {
      const { own, ownFirst } = endOf(state.model, dual, e, s);
      cost[c]! -= own[ownFirst + links.placeOf[c]!]! / picks;
    }
  }
}

/** Cheapest candidate that fits slot k by the given cost, or -1. */
export function cheapestFit(state: State, k: number, cost: (candidate: number) => number): number {
  const { first, owner } = state.model;
  const s = owner[k]!;
  let best = -1;
  let least = Infinity;
  for (let c = first[s]!; c < first[s + 1]!; c += 1) {
    if (!state.hasRoom(k, c)) continue;
    const price = cost(c);
    if (price < least && state.spreads(k, c)) {
      best = c;
      least = price;
    }
  }
  return best;
}
