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
      this.direction[row] = 0.7 * this.direction[row]! + 0.3 * excess;
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

/** The target lies this far above the best bound: aiming at a distant objective makes the prices swing. */
const AMBITION = 0.01;
/** After so many updates without a rise worth the name, the step shrinks and the best prices are taken up again. */
const PATIENCE = 8;
const SHRINK = 0.7;

/**
 * Subgradient ascent on the dual by Polyak steps towards a target just above the best bound so far.
 *
 * @param ceiling an objective known to be reachable, or a guess: only the speed depends on it, never the proof
 */
export function relax(model: Model, ceiling: number, limit: number): Relaxation {
  const dual = emptyDual(model);
  const best = emptyDual(model);
  const sweeper = new Sweeper(model);
  const excess = new Excess(model);
  let bound = -Infinity;
  let stride = 1;
  let stale = 0;
  let iterations = 0;
  for (; iterations < limit && stride > 1e-3; iterations += 1) {
    const value = sweeper.sweep(dual, iterations % 2 === 0) - capacityValue(model, dual);
    stale = value > bound + 1e-4 * Math.abs(bound) ? 0 : stale + 1;
    if (value > bound) {
      bound = value;
      copyDual(dual, best);
    }
    if (stale > PATIENCE) {
      stride *= SHRINK;
      stale = 0;
      copyDual(best, dual);
    }
    excess.measure(sweeper.chosen);
    const target = Math.min(ceiling, bound + AMBITION * Math.abs(bound));
    excess.step(dual, stride * Math.max(target - value, 1e-6 * ceiling));
  }
  return { bound: Math.max(0, bound), dual: best, iterations };
}
