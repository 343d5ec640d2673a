import type { Dual } from './dual.ts';
import { isSpread } from './mend.ts';
import type { Model } from './model.ts';
import { residualsOf } from './residuals.ts';
import type { Residuals } from './residuals.ts';
import { State } from './state.ts';

export interface Exact {
  /** A complete placement better than the one to beat, if there is one. */
  readonly choice: Int32Array | undefined;
  /** Whether the whole tree was searched: then nothing better than the outcome exists. */
  readonly complete: boolean;
  readonly steps: number;
}

/**
 * Depth-first branch and bound for small problems. The prices say how much dearer than the bound every choice makes any
 * placement (its reduced cost), so a branch ends as soon as the sum passes the best known objective. What capacity the
 * prices could not settle is tried out.
 */
export function branchAndBound(model: Model, dual: Dual, { beat, limit }: { beat: number; limit: number }): Exact {
  const tree = new Tree(model, residualsOf(model, dual), beat, limit);
  tree.descend(0, tree.root);
  return { choice: tree.best, complete: tree.steps < limit, steps: tree.steps };
}

class Tree {
  best: Int32Array | undefined;
  steps = 0;
  readonly root: number;
  readonly #state: State;
  readonly #residuals: Residuals;
  readonly #limit: number;
  readonly #slots: Int32Array;
  #beat: number;

  constructor(model: Model, residuals: Residuals, beat: number, limit: number) {
    this.#state = new State(model);
    this.#residuals = residuals;
    this.#limit = limit;
    this.#beat = beat;
    this.root = residuals.bound;
    this.#slots = Int32Array.from(residuals.order.flatMap((s) => range(model.slot[s]!, model.slot[s + 1]!)));
  }

  /** @param floor what any completion of the current choices costs at least */
  descend(depth: number, floor: number): void {
    if (depth === this.#slots.length) {
      this.#leaf();
      return;
    }
    const state = this.#state;
    const { owner, slot } = state.model;
    const k = this.#slots[depth]!;
    const s = owner[k]!;
    const { sorted, rank, cost } = this.#residuals;
    const own = sorted[s]!;
    const isFirst = k === slot[s];
    // Picks of one service are interchangeable: only rising positions are tried.
    const from = isFirst ? 0 : rank[state.choice[k - 1]!]! + 1;
    for (let i = from; i < own.length && this.steps < this.#limit; i += 1) {
      const c = own[i]!;
      this.steps += 1;
      const next = floor + this.#rise(k, cost[c]!);
      if (this.#tooDear(next)) return;
      if (!state.fits(k, c)) continue;
      state.put(k, c);
      const whole = k + 1 === slot[s + 1] ? this.#residuals.links(state, s) : 0;
      if (!this.#tooDear(next + whole)) this.descend(depth + 1, next + whole);
      state.put(k, -1);
    }
  }

  /** How much candidate cost `price` in slot k adds to the floor; later picks of the service cost at least as much. */
  #rise(k: number, price: number): number {
    const { owner, slot } = this.#state.model;
    const s = owner[k]!;
    const { cost, least } = this.#residuals;
    let before = 0;
    for (let j = slot[s]!; j < k; j += 1) before += cost[this.#state.choice[j]!]!;
    const left = slot[s + 1]! - k;
    const now = Math.max(least[s]!, before + price * left);
    const was = k === slot[s] ? least[s]! : Math.max(least[s]!, before + cost[this.#state.choice[k - 1]!]! * left);
    return now - was;
  }

  #tooDear(floor: number): boolean {
    return floor >= this.#beat - 1e-9 * (1 + Math.abs(this.#beat));
  }

  #leaf(): void {
    const state = this.#state;
    for (let g = 0; g < state.model.groups.count; g += 1) if (!isSpread(state, g)) return;
    const objective = state.objective();
    if (this.#tooDear(objective)) return;
    this.#beat = objective;
    this.best = state.choice.slice();
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
