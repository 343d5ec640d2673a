import type { Core } from './core.ts';
import type { State } from './state.ts';
import { advance } from './trail.ts';
import type { Trail } from './trail.ts';

/** How many followers one move may have: clusters larger than this move in several steps. */
const FOLLOWERS = 12;

/**
 * Continues a move: slots linked to one that moved follow, one after the other, each to its new best place. What a cluster
 * gains together none of its members gains alone.
 */
export function drag(state: State, core: Core, trail: Trail): Trail {
  for (let i = 0; i < trail.slots.length && trail.slots.length <= FOLLOWERS; i += 1) {
    follow(state, core, trail, trail.slots[i]!);
  }
  return trail;
}

function follow(state: State, core: Core, trail: Trail, leader: number): void {
  const { links, owner, slot } = state.model;
  const s = owner[leader]!;
  for (let i = links.first[s]!; i < links.first[s + 1]!; i += 1) {
    const e = links.at[i]!;
    const t = links.from[e] === s ? links.to[e]! : links.from[e]!;
    for (let k = slot[t]!; k < slot[t + 1]!; k += 1) {
      if (state.choice[k]! < 0 || trail.slots.includes(k)) continue;
      const c = bestReply(state, core, k, state.model.location[state.choice[leader]!]!);
      if (c >= 0) advance(state, trail, k, c);
    }
  }
}

/** The best place for slot k as things stand now, if it beats where it is: near the leader, or in its core. */
function bestReply(state: State, core: Core, k: number, near: number): number {
  const s = state.model.owner[k]!;
  const now = state.choice[k]!;
  let best = -1;
  let least = state.cost(k, now) - 1e-9;
  const consider = (c: number): void => {
    if (c < 0 || c === now || state.model.penalty[c]! >= least) return;
    const cost = state.cost(k, c);
    if (cost < least && state.fits(k, c)) [best, least] = [c, cost];
  };
  consider(core.at[s * state.model.locations + near]!);
  for (let i = core.first[s]!; i < core.first[s + 1]!; i += 1) consider(core.candidate[i]!);
  return best;
}
