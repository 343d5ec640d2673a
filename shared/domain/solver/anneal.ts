import type { Chance } from './chance.ts';
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
    if (!this.#isMove(k, c)) return;
    if (old >= 0 && this.#isLinked(k) && this.#chance.next() < DRAGS) {
      this.#judge(this.#dragTo(k, c));
      return;
    }
    const change = state.cost(k, c) - costNow(state, k);
    const limit = HOPELESS * this.#temperature;
    if (change > limit) return;
    if (!state.hasRoom(k, c)) {
      this.#judge(
        eject(
          { state, core: this.#core, chance: this.#chance, trail: { slots: [], before: [], change: 0 } },
          k,
          c,
          limit,
        ),
      );
    } else if (this.#accepts(change)) {
      if (change > 0) this.#save();
      state.put(k, c);
      this.#add(change);
    }
  }

  /** The partners' gain may make up for any loss at first, so only the sum is judged. */
  #dragTo(k: number, c: number): Trail {
    const state = this.#state;
    const trail: Trail = { slots: [], before: [], change: 0 };
    if (state.hasRoom(k, c)) advance(state, trail, k, c);
    else eject({ state, core: this.#core, chance: this.#chance, trail }, k, c, Infinity);
    return trail.change === Infinity ? trail : drag(state, this.#core, trail);
  }

  #isMove(k: number, c: number): boolean {
    return c >= 0 && c !== this.#state.choice[k] && this.#state.spreads(k, c);
  }

  #isLinked(k: number): boolean {
    const { links, owner } = this.#state.model;
    return links.first[owner[k]! + 1]! > links.first[owner[k]!]!;
  }

  #accepts(change: number): boolean {
    return change <= 0 || this.#chance.next() < Math.exp(-change / this.#temperature);
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

  /** Keeps a move of several slots, or takes it back. */
  #judge(trail: Trail): void {
    const state = this.#state;
    if (!this.#accepts(trail.change)) {
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
    const first = this.#core.first[s]!;
    return this.#core.candidate[first + Math.floor((this.#core.first[s + 1]! - first) * this.#chance.next() ** 2)]!;
  }
}
