import { choose } from './choice.ts';
import { capacityValue } from './dual.ts';
import type { Dual } from './dual.ts';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { Sweeper } from './sweep.ts';

/** A dual point taken apart, so that the rise over its bound can be summed up choice by choice. */
export interface Residuals {
  readonly bound: number;
  /** Cost of each candidate, and of each service's cheapest choice, at the prices. */
  readonly cost: Float64Array;
  readonly least: Float64Array;
  /** Candidates of each service by rising cost, and each candidate's place in that list. */
  readonly sorted: readonly (readonly number[])[];
  readonly rank: Int32Array;
  /** Services in the order to branch on: linked ones follow each other. */
  readonly order: readonly number[];
  /** What the links of s to services already whole add to the floor, once s is whole. */
  readonly links: (state: State, s: number) => number;
}

export function residualsOf(model: Model, dual: Dual): Residuals {
  const sweeper = new Sweeper(model);
  const { cost } = sweeper;
  const least = new Float64Array(model.services);
  const rank = new Int32Array(model.penalty.length);
  const sorted = Array.from({ length: model.services }, (_, s) => {
    if (model.slot[s] === model.slot[s + 1]) return [];
    sweeper.look(dual, s);
    least[s] = choose(model, s, cost, sweeper.chosen);
    const own = Array.from({ length: model.first[s + 1]! - model.first[s]! }, (_unused, i) => model.first[s]! + i);
    own.sort((a, b) => cost[a]! - cost[b]! || a - b);
    own.forEach((c, i) => (rank[c] = i));
    return own;
  });
  const kept = Float64Array.from({ length: model.links.count }, (_, e) => cheapestPair(model, dual, e));
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  return {
    bound: sum(least) + sum(kept) - capacityValue(model, dual),
    cost,
    least,
    sorted,
    rank,
    order: branchingOrder(model, sorted, cost),
    links: (state, s) => linkRise(state, dual, kept, s),
  };
}

/** What link e keeps for itself when its ends stand at their i-th and j-th places. */
function residual(model: Model, dual: Dual, e: number, [i, j]: readonly [number, number]): number {
  const { links, locations } = model;
  const a = links.place[links.placeFirst[links.from[e]!]! + i]!;
  const b = links.place[links.placeFirst[links.to[e]!]! + j]!;
  const charged = dual.from[dual.fromFirst[e]! + i]! + dual.to[dual.toFirst[e]! + j]!;
  return links.gb[e]! * links.egress[a * locations + b]! - charged;
}

function cheapestPair(model: Model, dual: Dual, e: number): number {
  let least = Infinity;
  const froms = dual.fromFirst[e + 1]! - dual.fromFirst[e]!;
  const tos = dual.toFirst[e + 1]! - dual.toFirst[e]!;
  for (let i = 0; i < froms; i += 1) {
    for (let j = 0; j < tos; j += 1) least = Math.min(least, residual(model, dual, e, [i, j]));
  }
  return least;
}

function linkRise(state: State, dual: Dual, kept: Float64Array, s: number): number {
  const { model } = state;
  const { links, slot } = model;
  let total = 0;
  for (let n = links.first[s]!; n < links.first[s + 1]!; n += 1) {
    const e = links.at[n]!;
    const from = state.choice.subarray(slot[links.from[e]!]!, slot[links.from[e]! + 1]!);
    const to = state.choice.subarray(slot[links.to[e]!]!, slot[links.to[e]! + 1]!);
    if (from.includes(-1) || to.includes(-1)) continue;
    let sum = 0;
    for (const a of from) for (const b of to) sum += residual(model, dual, e, [links.placeOf[a]!, links.placeOf[b]!]);
    total += sum / (from.length * to.length) - kept[e]!;
  }
  return total;
}

/** Most decided first (large step to the second choice), then along links, so that egress is known early. */
function branchingOrder(model: Model, sorted: readonly (readonly number[])[], cost: Float64Array): number[] {
  const regret = (s: number): number => cost[sorted[s]![1] ?? -1]! - cost[sorted[s]![0] ?? -1]! || 0;
  const starts = sorted.map((_, s) => s).filter((s) => sorted[s]!.length > 0);
  starts.sort((a, b) => regret(b) - regret(a) || a - b);
  const order = new Set<number>();
  for (const start of starts) {
    for (const s of reach(model, start, order)) order.add(s);
  }
  return [...order];
}

/** Services linked to `start`, near ones first, without those already taken. */
function reach(model: Model, start: number, taken: ReadonlySet<number>): Set<number> {
  const found = new Set(taken.has(start) ? [] : [start]);
  // A Set may grow while it is walked: that is the breadth-first queue.
  for (const s of found) for (const t of partners(model, s)) if (!taken.has(t)) found.add(t);
  return found;
}

function partners({ links }: Model, s: number): number[] {
  return Array.from(links.at.subarray(links.first[s]!, links.first[s + 1]!), (e) =>
    links.from[e] === s ? links.to[e]! : links.from[e]!,
  );
}
