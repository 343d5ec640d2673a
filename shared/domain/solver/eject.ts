import type { Chance } from './chance.ts';
import type { Core } from './core.ts';
import type { State } from './state.ts';
import { advance } from './trail.ts';
import type { Trail } from './trail.ts';

/** How many may have to leave for one to come. */
const EVICTIONS = 4;

interface Search {
  readonly state: State;
  readonly core: Core;
  readonly chance: Chance;
  readonly trail: Trail;
}

/**
 * Slot k takes c, which is full; others on the overdrawn quota or cloud, drawn by lot, move on to their best other place
 * until the rows balance again. `change` is Infinity where that fails or would cost more than `limit`.
 */
export function eject({ state, core, chance, trail }: Search, k: number, c: number, limit: number): Trail {
  advance(state, trail, k, c);
  const q = state.model.quota[c]!;
  const r = state.model.cloud[c]!;
  for (let out = 0; state.quotaFree[q]! < 0 || state.cloudFree[r]! < 0; out += 1) {
    const crowd = state.quotaFree[q]! < 0 ? state.onQuota[q]! : state.onCloud[r]!;
    const t = crowd[chance.below(crowd.length)]!;
    const to =
      out < EVICTIONS && !trail.slots.includes(t) ? refuge(state, core, t, { q, r, limit: limit - trail.change }) : -1;
    if (to < 0) {
      trail.change = Infinity;
      return trail;
    }
    advance(state, trail, t, to);
  }
  return trail;
}

interface Overdrawn {
  readonly q: number;
  readonly r: number;
  /** What the move may cost at most. */
  readonly limit: number;
}

/** The cheapest core candidate where slot t fits and no longer draws on the overdrawn rows, or -1. */
function refuge(state: State, core: Core, t: number, { q, r, limit }: Overdrawn): number {
  const { owner, quota, cloud, penalty } = state.model;
  const s = owner[t]!;
  const from = state.choice[t]!;
  const shunned = { quota: state.quotaFree[q]! < 0 ? q : -1, cloud: state.cloudFree[r]! < 0 ? r : -1 };
  const mayGo = (c: number): boolean =>
    c !== from && quota[c] !== shunned.quota && cloud[c] !== shunned.cloud && state.hasRoom(t, c);
  let best = -1;
  let least = state.cost(t, from) + limit;
  for (let i = core.first[s]!; i < core.first[s + 1]!; i += 1) {
    const c = core.candidate[i]!;
    if (penalty[c]! >= least || !mayGo(c)) continue;
    const cost = state.cost(t, c);
    if (cost < least && state.spreads(t, c)) [best, least] = [c, cost];
  }
  return best;
}
