import type { Chance } from './chance.ts';
import { draw } from './core.ts';
import type { Core } from './core.ts';
import { drag } from './drag.ts';
import { eject } from './eject.ts';
import type { State } from './state.ts';
import { advance, costNow, undo } from './trail.ts';
import type { Trail } from './trail.ts';

export interface Schedule {
  readonly steps: number;
  /** First and last temperature, in units of the objective. */
  readonly hot: number;
  readonly cold: number;
}

/** Share of a linked slot's moves that go where a partner stands, and share in which its partners may follow. */
const TOWARDS_PARTNER = 0.35;
const DRAGS = 0.1;
/** A change this many temperatures up has no chance worth the time to work it out. */
const HOPELESS = 12;
/** So many temperatures more an ejection may cost half-way than in the end: some that have to leave gain by it. */
const REGAINED = 3;

/**
 * Simulated annealing over the core candidates. A slot moves alone where there is room; where there is none, others on the
 * full quota or cloud move on in the same step (an ejection); linked slots may take their partners along. The placement is
 * feasible after every step, and no step gives up a place that somebody has. Ends with the best placement seen.
 */
export class Annealer {
  readonly #state: State;
  readonly #core: Core;
  readonly #chance: Chance;
  readonly #best: Int32Array;
  #temperature = 0;
  /** Cost relative to the start, now and at best, and whether #best still has to be copied. */
  #current = 0;
  #least = 0;
  #unsaved = false;

  constructor(state: State, core: Core, chance: Chance) {
    this.#state = state;
    this.#core = core;
    this.#chance = chance;
    this.#best = state.choice.slice();
  }

  run({ steps, hot, cold }: Schedule): void {
    if (this.#best.length === 0) return;
    const cooling = Math.log(cold / hot) / steps;
    for (let step = 0; step < steps; step += 1) {
      if (step % 64 === 0) this.#temperature = hot * Math.exp(cooling * step);
      this.#step();
    }
    if (!this.#unsaved) this.#state.restore(this.#best);
  }

  #step(): void {
    const state = this.#state;
    const k = this.#chance.below(state.choice.length);
    const c = this.#propose(k);
    const old = state.choice[k]!;
    if (c < 0 || c === old) return;
    const linked = this.#isLinked(k);
    // Without links the penalties are the whole cost, and the quickest answer.
    if (!linked && old >= 0 && this.#isHopeless(state.model.penalty[c]! - state.model.penalty[old]!)) return;
    if (!state.spreads(k, c)) return;
    if (linked && old >= 0 && this.#chance.next() < DRAGS) this.#judge(this.#dragTo(k, c), this.#tolerance());
    else this.#move(k, c);
  }

  #move(k: number, c: number): void {
    const state = this.#state;
    const change = state.cost(k, c) - costNow(state, k);
    if (this.#isHopeless(change)) return;
    const tolerance = this.#tolerance();
    if (!state.hasRoom(k, c)) {
      const limit = tolerance + REGAINED * this.#temperature;
      if (change <= limit) this.#judge(this.#eject(k, c, limit), tolerance);
    } else if (change <= tolerance) {
      if (change > 0) this.#save();
      state.put(k, c);
      this.#add(change);
    }
  }

  #eject(k: number, c: number, limit: number): Trail {
    const trail: Trail = { slots: [], before: [], change: 0 };
    return eject({ state: this.#state, core: this.#core, chance: this.#chance, trail, limit }, k, c);
  }

  /** The partners' gain may make up for any loss at first, so only the sum is judged. */
  #dragTo(k: number, c: number): Trail {
    const state = this.#state;
    if (!state.hasRoom(k, c)) {
      const trail = this.#eject(k, c, Infinity);
      return trail.change === Infinity ? trail : drag(state, this.#core, trail);
    }
    const trail: Trail = { slots: [], before: [], change: 0 };
    advance(state, trail, k, c);
    return drag(state, this.#core, trail);
  }

  #isLinked(k: number): boolean {
    const { links, owner } = this.#state.model;
    return links.first[owner[k]! + 1]! > links.first[owner[k]!]!;
  }

  #isHopeless(change: number): boolean {
    return change > HOPELESS * this.#temperature;
  }

  /**
   * What a step may cost: Metropolis's rule, drawn before the step is worked out. Nearly all steps cost more than that, and an
   * ejection that knows it ends early.
   */
  #tolerance(): number {
    return -this.#temperature * Math.log(1 - this.#chance.next());
  }

  #add(change: number): void {
    this.#current += change;
    if (this.#current >= this.#least - 1e-12) return;
    this.#least = this.#current;
    this.#unsaved = true;
  }

  /** A copy is made only when the best placement is about to be left, not at every improvement. */
  #save(): void {
    if (this.#unsaved) this.#best.set(this.#state.choice);
    this.#unsaved = false;
  }

  /** Keeps a move of several slots, or takes it back where it costs more than it may. */
  #judge(trail: Trail, tolerance: number): void {
    const state = this.#state;
    if (trail.change > tolerance) {
      undo(state, trail);
      return;
    }
    if (trail.change > 0 && this.#unsaved) {
      const after = trail.slots.map((k) => state.choice[k]!);
      undo(state, trail);
      this.#save();
      trail.slots.forEach((k, i) => state.put(k, after[i]!));
    }
    this.#add(trail.change);
  }

  /** A core candidate, the cheaper the likelier; for a linked service also where a partner stands. */
  #propose(k: number): number {
    const { owner, links, slot, location, locations } = this.#state.model;
    const s = owner[k]!;
    const degree = links.first[s + 1]! - links.first[s]!;
    if (degree > 0 && this.#chance.next() < TOWARDS_PARTNER) {
      const e = links.at[links.first[s]! + this.#chance.below(degree)]!;
      const t = links.from[e] === s ? links.to[e]! : links.from[e]!;
      const partner = this.#state.choice[slot[t]! + this.#chance.below(slot[t + 1]! - slot[t]!)]!;
      return partner < 0 ? -1 : this.#core.at[s * locations + location[partner]!]!;
    }
    return draw(this.#core, this.#chance, s);
  }
}
