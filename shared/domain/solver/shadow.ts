import { emptyDual } from './dual.ts';
import type { Dual } from './dual.ts';
import type { State } from './state.ts';

/** Prices settle in a few rounds; with a cycle of moves that would pay they never do, and then a rough start must be enough. */
const ROUNDS = 8;

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
  const price = (c: number): number => penalty[c]! + dual.quota[quota[c]!]! * load[c]! + dual.cloud[cloud[c]!]! * w;
  const here = price(state.choice[k]!);
  let raised = false;
  // Prices only add to penalties, and candidates come by rising penalty.
  for (let c = first[s]!; c < first[s + 1]! && penalty[c]! < here; c += 1) {
    const gain = here - price(c);
    if (gain <= 1e-9 || state.hasRoom(k, c) || !state.spreads(k, c)) continue;
    if (state.quotaFree[quota[c]!]! < load[c]! && quota[c] !== quota[state.choice[k]!])
      dual.quota[quota[c]!]! += gain / load[c]!;
    else if (cloud[c] !== cloud[state.choice[k]!]) dual.cloud[cloud[c]!]! += gain / w;
    else continue;
    raised = true;
  }
  return raised;
}
