import type { Chance } from './chance.ts';
import { draw } from './core.ts';
import type { Core } from './core.ts';
import type { State } from './state.ts';
import { advance } from './trail.ts';
import type { Trail } from './trail.ts';

/** How many may have to leave for one to come, and how often one that leaves may make others leave in its turn. */
const EVICTIONS = 4;
const PUSHES = 1;

interface Search {
  readonly state: State;
  readonly core: Core;
  readonly chance: Chance;
  readonly trail: Trail;
  /** What all of it may cost at most. */
  readonly limit: number;
}

/**
 * Slot k takes c, which is full; others on the overdrawn quota or cloud, drawn by lot, move on until the rows balance again:
 * to their best place with room, or, without one, to a full place of their own. `change` is Infinity where that fails or
 * would cost more than `limit`.
 */
export function eject(search: Search, k: number, c: number): Trail {
  advance(search.state, search.trail, k, c);
  if (!balance(search, c, PUSHES)) search.trail.change = Infinity;
  return search.trail;
}

/** Moves others off the rows of c until nothing is overdrawn, or gives up half-way: the caller takes the trail back. */
function balance(search: Search, c: number, pushes: number): boolean {
  const { state, core, chance, trail, limit } = search;
  const rows = { q: state.model.quota[c]!, r: state.model.cloud[c]! };
  while (state.quotaFree[rows.q]! < 0 || state.cloudFree[rows.r]! < 0) {
    const crowd = state.quotaFree[rows.q]! < 0 ? state.onQuota[rows.q]! : state.onCloud[rows.r]!;
    const t = crowd[chance.below(crowd.length)]!;
    if (trail.slots.length > EVICTIONS || trail.slots.includes(t)) return false;
    const to = refuge(state, core, t, { ...rows, limit: limit - trail.change });
    if (to >= 0) advance(state, trail, t, to);
    else if (pushes === 0 || !push(search, t, rows, pushes)) return false;
  }
  return true;
}

interface Rows {
  readonly q: number;
  readonly r: number;
}

/** Slot t leaves the overdrawn rows for a core candidate drawn by lot, and makes the room it needs there. */
function push(search: Search, t: number, rows: Rows, pushes: number): boolean {
  const { state, core, chance, trail, limit } = search;
  const from = state.choice[t]!;
  const c = draw(core, chance, state.model.owner[t]!);
  if (c === from || staysOn(state, rows, c)) return false;
  if (trail.change + state.cost(t, c) - state.cost(t, from) > limit || !state.spreads(t, c)) return false;
  advance(state, trail, t, c);
  return balance(search, c, pushes - 1);
}

/** Does c draw on a row that is overdrawn? */
function staysOn({ model, quotaFree, cloudFree }: State, { q, r }: Rows, c: number): boolean {
  return (quotaFree[q]! < 0 && model.quota[c] === q) || (cloudFree[r]! < 0 && model.cloud[c] === r);
}

interface Overdrawn extends Rows {
  /** What the move may cost at most. */
  readonly limit: number;
}

/** The cheapest core candidate where slot t fits and no longer draws on the overdrawn rows, or -1. */
function refuge(state: State, core: Core, t: number, overdrawn: Overdrawn): number {
  const { owner, penalty } = state.model;
  const s = owner[t]!;
  const from = state.choice[t]!;
  let best = -1;
  let least = state.cost(t, from) + overdrawn.limit;
  for (let i = core.first[s]!; i < core.first[s + 1]!; i += 1) {
    const c = core.candidate[i]!;
    if (penalty[c]! >= least || c === from || staysOn(state, overdrawn, c) || !state.hasRoom(t, c)) continue;
    const cost = state.cost(t, c);
    if (cost < least && state.spreads(t, c)) [best, least] = [c, cost];
  }
  return best;
}
