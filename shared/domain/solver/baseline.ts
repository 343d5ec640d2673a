import { mendGroups } from './mend.ts';
import { cheapestFit } from './decode.ts';
import type { Model } from './model.ts';
import { State } from './state.ts';

/**
 * The shape of a scheduler: largest service first, filter what does not fit, score the rest by penalty and by egress to what
 * already stands, bind the best, never look back.
 */
export function oneAtATime(model: Model): State {
  const state = new State(model);
  const size = new Float64Array(model.services);
  for (let s = 0; s < model.services; s += 1) {
    for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) size[s] = Math.max(size[s]!, model.load[c]!);
  }
  const order = Array.from({ length: model.services }, (_, s) => s).sort((a, b) => size[b]! - size[a]! || a - b);
  for (const s of order) {
    for (let k = model.slot[s]!; k < model.slot[s + 1]!; k += 1)
      state.put(
        k,
        cheapestFit(state, k, (c) => state.cost(k, c)),
      );
  }
  mendGroups(state);
  return state;
}
