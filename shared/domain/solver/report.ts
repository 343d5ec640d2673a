import { isSpread } from './mend.ts';
import type { Model } from './model.ts';
import type { Infeasible, InfeasibleReason, Solution } from './problem.ts';
import type { State } from './state.ts';

/**
 * Services that the finished state has to give up on: those with a slot without a place, and the members of groups that
 * ended up on too few clouds. Empty when everything that can stand, stands.
 */
export function givenUp(state: State): Map<number, InfeasibleReason> {
  const { model } = state;
  const reasons = new Map<number, InfeasibleReason>();
  for (let k = 0; k < state.choice.length; k += 1) {
    if (state.choice[k]! < 0 && !reasons.has(model.owner[k]!)) reasons.set(model.owner[k]!, blocker(state, k));
  }
  for (let g = 0; g < model.groups.count; g += 1) {
    if (isSpread(state, g)) continue;
    for (let s = 0; s < model.services; s += 1) {
      const groups = model.groups.member.subarray(model.groups.first[s]!, model.groups.first[s + 1]!);
      if (model.slot[s + 1]! > model.slot[s]! && groups.includes(g) && !reasons.has(s)) reasons.set(s, 'spread');
    }
  }
  return reasons;
}

/** What keeps slot k from having a place: the rule that the most promising of its candidates breaks. */
function blocker(state: State, k: number): InfeasibleReason {
  const { first, owner, quota, load, weight, cloud } = state.model;
  const s = owner[k]!;
  let worst: InfeasibleReason = 'quota';
  for (let c = first[s]!; c < first[s + 1]!; c += 1) {
    if (state.quotaFree[quota[c]!]! < load[c]!) continue;
    if (state.cloudFree[cloud[c]!]! >= weight[s]!) return 'spread';
    worst = 'share-cap';
  }
  return worst;
}

export interface Proof {
  readonly bound: number;
  readonly iterations: number;
}

export function toSolution(state: State, { bound, iterations }: Proof): Solution {
  const { model } = state;
  const objective = state.objective();
  // Rounding must not make a proven bound look broken.
  const proven = Math.min(bound, objective);
  const infeasible: Infeasible[] = [];
  model.reasons.forEach((reason, service) => reason && infeasible.push({ service, reason }));
  return {
    picks: picksOf(model, state),
    objective,
    bound: proven,
    gap: objective > 0 ? (objective - proven) / objective : 0,
    infeasible,
    iterations,
  };
}

function picksOf(model: Model, state: State): number[][] {
  return Array.from({ length: model.services }, (_, s) =>
    Array.from(state.choice.subarray(model.slot[s]!, model.slot[s + 1]!), (c) => model.position[c]!).sort(
      (a, b) => a - b,
    ),
  );
}
