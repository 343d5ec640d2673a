import { emptyDual } from './dual.ts';
import type { Dual } from './dual.ts';
import type { State } from './state.ts';

/** Prices settle in a few rounds; with a cycle of moves that would pay they never do, and then a rough start must be enough. */
const ROUNDS = 8;
/** Differences below this are rounding. */
const WORTH = 1e-9;

/**
 * Prices that explain a placement: a row is dear enough that nobody kept out of it for want of room would rather be there.
 * For an optimal placement of equal pieces these are the optimal prices, which steps along the excess find only slowly:
 * where services are alike they all jump at once. Links are left out. Any prices prove a bound, so nothing depends on them
 * but its quality.
 */
export function shadowPrices(state: State): Dual {
  const dual = emptyDual(state.model);
  for (let round = 0; round < ROUNDS; round += 1) {
    let raised = false;
    for (let k = 0; k < state.choice.length; k += 1) {
      if (state.choice[k]! >= 0 && raise(state, dual, k)) raised = true;
    }
    if (!raised) break;
  }
  return dual;
}

/** Raises the rows that keep slot k out of something better, until it would not be better any more. */
function raise(state: State, dual: Dual, k: number): boolean {
  const { first, owner, penalty, quota, load, cloud, weight } = state.model;
  const s = owner[k]!;
  const w = weight[s]!;
  const now = state.choice[k]!;
  const end = first[s + 1]!;
  const here = penalty[now]! + dual.quota[quota[now]!]! * load[now]! + dual.cloud[cloud[now]!]! * w;
  let raised = false;
  // Prices only add to penalties, and candidates come by rising penalty.
  for (let c = first[s]!; c < end && penalty[c]! < here; c += 1) {
    const gain = here - penalty[c]! - dual.quota[quota[c]!]! * load[c]! - dual.cloud[cloud[c]!]! * w;
    if (gain > WORTH && raiseRow(state, dual, { k, c, gain })) raised = true;
  }
  return raised;
}

interface Lure {
  readonly k: number;
  readonly c: number;
  readonly gain: number;
}

/**
 * Prices the row without room for c, if there is one. On a row that k draws on already a higher price would weigh on both
 * sides, and to move there frees some room: that is left to the ascent.
 */
function raiseRow(state: State, dual: Dual, { k, c, gain }: Lure): boolean {
  const { model, choice, quotaFree, cloudFree } = state;
  const [q, r, now] = [model.quota[c]!, model.cloud[c]!, choice[k]!];
  const load = model.load[c]!;
  const w = model.weight[model.owner[k]!]!;
  // A row can be overdrawn by rounding; what weighs nothing is not kept out by it.
  const onQuota = load > 0 && quotaFree[q]! < load && q !== model.quota[now];
  const onCloud = !onQuota && w > 0 && cloudFree[r]! < w && r !== model.cloud[now];
  if (!(onQuota || onCloud) || !state.spreads(k, c)) return false;
  if (onQuota) dual.quota[q]! += gain / load;
  else dual.cloud[r]! += gain / w;
  return true;
}
