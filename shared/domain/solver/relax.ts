import { capacityValue, copyDual, emptyDual } from './dual.ts';
import type { Dual } from './dual.ts';
import type { Model } from './model.ts';
import { UNLIMITED } from './model.ts';
import { Sweeper } from './sweep.ts';

export interface Relaxation {
  readonly bound: number;
  /** The prices that prove the bound. */
  readonly dual: Dual;
  readonly iterations: number;
}

/** How much of the last direction the next one keeps. */
const MEMORY = 0.5;

/** Rows of capacity, quotas first, then clouds, as one vector: what is used beyond capacity at the current choices. */
class Excess {
  readonly value: Float64Array;
  /** Smoothed over time, which stops the prices of rivals from swinging against each other. */
  readonly direction: Float64Array;
  readonly #capacity: Float64Array;
  /** One "piece" of the row: the step is taken in pieces, else rows in large units would move first. */
  readonly scale: Float64Array;
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    const quotas = model.quotaCapacity.length;
    this.#capacity = Float64Array.from([...model.quotaCapacity, ...model.cloudCapacity]);
    this.value = new Float64Array(quotas + model.clouds);
    this.direction = new Float64Array(quotas + model.clouds);
    this.scale = new Float64Array(quotas + model.clouds);
    const pieces = new Float64Array(quotas + model.clouds);
    for (let s = 0; s < model.services; s += 1) {
      for (let c = model.first[s]!; c < model.first[s + 1]!; c += 1) {
        this.scale[model.quota[c]!]! += model.load[c]! ** 2;
        pieces[model.quota[c]!]! += 1;
        this.scale[quotas + model.cloud[c]!]! += model.weight[s]! ** 2;
        pieces[quotas + model.cloud[c]!]! += 1;
      }
    }
    for (let row = 0; row < pieces.length; row += 1)
      this.scale[row] = Math.sqrt(this.scale[row]! / (pieces[row]! || 1)) || 1;
  }

  measure(chosen: Int32Array): void {
    const { quota, load, cloud, weight, owner, quotaCapacity } = this.#model;
    for (let row = 0; row < this.value.length; row += 1) {
      this.value[row] = this.#capacity[row]! < UNLIMITED ? -this.#capacity[row]! : 0;
    }
    for (let k = 0; k < chosen.length; k += 1) {
      const c = chosen[k]!;
      this.value[quota[c]!]! += load[c]!;
      this.value[quotaCapacity.length + cloud[c]!]! += weight[owner[k]!]!;
    }
    for (let row = 0; row < this.value.length; row += 1) {
      this.value[row] = this.#capacity[row]! < UNLIMITED ? this.value[row]! / this.scale[row]! : 0;
    }
  }

  /** Moves the prices uphill, by `length` times what is missing from the target over the squared excess. */
  step(dual: Dual, missing: number): void {
    const quotas = this.#model.quotaCapacity.length;
    let norm = 0;
    for (let row = 0; row < this.value.length; row += 1) {
      const price = row < quotas ? dual.quota[row]! : dual.cloud[row - quotas]!;
      // A row with room to spare and no price has nothing to say.
      const excess = price === 0 && this.value[row]! < 0 ? 0 : this.value[row]!;
      this.direction[row] = MEMORY * this.direction[row]! + (1 - MEMORY) * excess;
      norm += this.direction[row]! ** 2;
    }
    if (norm === 0) return;
    const length = missing / norm;
    for (let row = 0; row < this.value.length; row += 1) {
      const change = (length * this.direction[row]!) / this.scale[row]!;
      if (row < quotas) dual.quota[row] = Math.max(0, dual.quota[row]! + change);
      else dual.cloud[row - quotas] = Math.max(0, dual.cloud[row - quotas]! + change);
    }
  }
}

/** The target lies at least this far above the best bound: aiming at a distant objective makes the prices swing… */
const AMBITION = 0.01;
/** …but where the bound keeps up, the aim rises, up to this: services that are alike start from a bound near zero. */
const MOST_AMBITION = 0.5;
const GROWTH = 1.5;
/** Nothing is left to prove once the bound is this close to a placement. */
export const CLOSED = 1 - 1e-7;
/** Share of the way to the target that counts as keeping up. */
const KEEPS_UP = 0.3;
/** After so many updates without a rise worth the name, the aim or the step shrinks and the best prices are taken up again. */
const PATIENCE = 6;
const SHRINK = 0.7;

export interface Ascent {
  /** An objective known to be reachable, or a guess: only the speed depends on it, never the proof. */
  readonly ceiling: number;
  readonly limit: number;
  /** Prices worth beginning with; the best of them and of none at all is taken. */
  readonly starts?: readonly Dual[];
}

function begin(model: Model, starts: readonly Dual[]): Dual {
  const sweeper = new Sweeper(model);
  let best = emptyDual(model);
  let most = -Infinity;
  for (const start of [emptyDual(model), ...starts]) {
    const trial = emptyDual(model);
    copyDual(start, trial);
    const value = sweeper.sweep(trial, true) - capacityValue(model, trial);
    // A sweep moves the links' charges, so the start is kept as it was.
    if (value > most) [best, most] = [start, value];
  }
  const dual = emptyDual(model);
  copyDual(best, dual);
  return dual;
}

/** How far to step, by how it went: ambition grows with success, then shrinks before the step does. */
class Pace {
  stride = 1;
  ambition = AMBITION;
  #stale = 0;

  /** @returns whether it is time to go back to the best prices */
  told(value: number, bound: number): boolean {
    if (value > bound + KEEPS_UP * this.ambition * Math.abs(bound)) {
      this.ambition = Math.min(MOST_AMBITION, this.ambition * GROWTH);
    }
    this.#stale = value > bound + 1e-4 * Math.abs(bound) ? 0 : this.#stale + 1;
    if (this.#stale <= PATIENCE) return false;
    this.#stale = 0;
    if (this.ambition > AMBITION) this.ambition = Math.max(AMBITION, this.ambition / 2);
    else this.stride *= SHRINK;
    return true;
  }
}

/** Subgradient ascent on the dual by Polyak steps towards a target above the best bound so far. */
export function relax(model: Model, { ceiling, limit, starts = [] }: Ascent): Relaxation {
  const dual = begin(model, starts);
  const best = emptyDual(model);
  const sweeper = new Sweeper(model);
  const excess = new Excess(model);
  const pace = new Pace();
  let bound = -Infinity;
  let iterations = 0;
  for (; iterations < limit && pace.stride > 1e-3 && bound < ceiling * CLOSED; iterations += 1) {
    const value = sweeper.sweep(dual, iterations % 2 === 0) - capacityValue(model, dual);
    const back = pace.told(value, bound);
    if (value > bound) {
      bound = value;
      copyDual(dual, best);
    }
    if (back) copyDual(best, dual);
    excess.measure(sweeper.chosen);
    const target = Math.min(ceiling, bound + pace.ambition * Math.abs(bound));
    excess.step(dual, pace.stride * Math.max(target - value, 1e-6 * ceiling));
  }
  return { bound: Math.max(0, bound), dual: best, iterations };
}
