import { haveLikes } from './alike.ts';
import { Annealer } from './anneal.ts';
import { oneAtATime } from './baseline.ts';
import { Chance } from './chance.ts';
import { core } from './core.ts';
import type { Core } from './core.ts';
import { decode } from './decode.ts';
import { emptyDual } from './dual.ts';
import type { Dual } from './dual.ts';
import { branchAndBound } from './exact.ts';
import { isSpread, mendGroups } from './mend.ts';
import { compile } from './model.ts';
import type { Model } from './model.ts';
import type { InfeasibleReason, Problem, Solution, SolveOptions } from './problem.ts';
import { CLOSED, relax } from './relax.ts';
import type { Relaxation } from './relax.ts';
import { givenUp, toSolution } from './report.ts';
import { shadowPrices } from './shadow.ts';
import { State } from './state.ts';

/** Work at effort 1, chosen on bench/placement: enough for its targets with room to spare, and no more. */
const PRICE_UPDATES = 250;
const BRANCH_STEPS = 60_000;
/** And for the proof, once a placement is found; a gap below TIGHT is not worth it. */
const PROOF_UPDATES = 60;
const TIGHT = 0.001;
/** A gap above this, between services that are alike, is worth another search, led by penalties alone. */
const AGAIN = 0.003;
/** Beyond this many slots a tree search would only burn its steps. */
const BRANCH_SLOTS = 48;
/** A tree search needs a good placement to beat, not a perfect one: this part of the effort goes into it first. */
const GLANCE = 0.1;

/** How to search; temperatures are in units of an ordinary wrong choice (see `temperatureUnit`). */
interface Effort {
  readonly core: number;
  readonly stepsPerSlot: number;
  /** Beyond this the steps per slot fall, so that thousands of services still take seconds. */
  readonly mostSteps: number;
  readonly hot: number;
  readonly cold: number;
  /** Half of the steps cool once from hot; the other half cools so often again from WARM of it, each time from the best. */
  readonly reheats: number;
}

const WARM = 1 / 3;

const ALONE: Effort = { core: 20, stepsPerSlot: 2400, mostSteps: 1_200_000, hot: 0.3, cold: 0.01, reheats: 2 };
const LINKED: Effort = { core: 32, stepsPerSlot: 6000, mostSteps: 1_600_000, hot: 0.6, cold: 0.015, reheats: 0 };
const FEWEST_STEPS = 10_000;

/** Lexicographic: spread groups first, then everybody placed, then cost. */
function better(a: State, b: State): State {
  const unspread = (state: State): number => {
    let count = 0;
    for (let g = 0; g < state.model.groups.count; g += 1) if (!isSpread(state, g)) count += 1;
    return count;
  };
  const rank = unspread(a) - unspread(b) || a.unplaced() - b.unplaced() || a.objective() - b.objective();
  return rank <= 0 ? a : b;
}

/**
 * What an ordinary wrong choice costs: how far the sixth-best candidate is from the best, on average. Measured at the prices,
 * but within a factor of two of the penalties alone: good prices make like services indifferent, which says nothing about
 * what moving them costs.
 */
function temperatureUnit(model: Model, { first, candidate, cost }: Core): number {
  let [sum, plain, count] = [0, 0, 0];
  for (let s = 0; s < model.services; s += 1) {
    const size = Math.min(6, first[s + 1]! - first[s]!);
    if (size < 2) continue;
    sum += cost[candidate[first[s]! + size - 1]!]! - cost[candidate[first[s]!]!]!;
    plain += model.penalty[model.first[s]! + size - 1]! - model.penalty[model.first[s]!]!;
    count += 1;
  }
  const unit = Math.max(plain / 2, Math.min(sum, plain));
  return unit > 0 ? unit / count : 1e-9;
}

function search(state: State, dual: Dual, { effort, seed }: Required<SolveOptions>): number {
  const { model } = state;
  const how = model.links.count > 0 ? LINKED : ALONE;
  const reduced = core(model, dual, how.core);
  const unit = temperatureUnit(model, reduced);
  const most = Math.min(how.mostSteps, how.stepsPerSlot * state.choice.length);
  const steps = Math.ceil(effort * Math.max(FEWEST_STEPS, most));
  const chance = new Chance(seed);
  const cool = (share: number, from: number): void =>
    new Annealer(state, reduced, chance).run({
      steps: Math.ceil(share * steps),
      hot: from * how.hot * unit,
      cold: how.cold * unit,
    });
  cool(how.reheats > 0 ? 1 / 2 : 1, 1);
  for (let i = 0; i < how.reheats; i += 1) cool(1 / 2 / how.reheats, WARM);
  return steps;
}

interface Attempt {
  readonly state: State;
  readonly bound: number;
  readonly iterations: number;
}

function attempt(model: Model, options: Required<SolveOptions>): Attempt {
  const seed = oneAtATime(model);
  const ceiling = seed.objective() + seed.unplaced();
  const alike = haveLikes(model);
  const relaxation = relax(model, {
    ceiling,
    limit: Math.ceil(PRICE_UPDATES * Math.sqrt(options.effort)),
    // Steps along the excess find the prices of services that differ as well and sooner.
    starts: alike ? [shadowPrices(seed)] : [],
  });
  const priced = new State(model);
  decode(priced, relaxation.dual);
  mendGroups(priced);
  const state = better(priced, seed);
  let iterations = relaxation.iterations;
  const closed = relaxation.bound >= state.objective() * CLOSED && givenUp(state).size === 0;
  if (closed) return { state, bound: relaxation.bound, iterations };
  if (state.choice.length <= BRANCH_SLOTS) {
    iterations += search(state, relaxation.dual, { ...options, effort: options.effort * GLANCE });
    const tree = close(state, relaxation, options);
    iterations += tree.iterations;
    if (tree.proven) return { state, bound: state.objective(), iterations };
  }
  iterations += search(state, relaxation.dual, options);
  let proof = tighten(state, relaxation);
  if (proof.bound < state.objective() * (1 - AGAIN) && model.links.count === 0 && alike) {
    iterations += proof.iterations + search(state, emptyDual(model), options);
    proof = tighten(state, proof);
  }
  return { state, bound: proof.bound, iterations: iterations + proof.iterations };
}

/** A good placement has prices of its own: where they prove more than those it was found with, the ascent goes on from there. */
function tighten(state: State, known: Relaxation): Relaxation {
  const { model } = state;
  const ceiling = state.objective();
  // Shadow prices leave links out, and a part of a placement proves nothing about the whole.
  const open = model.links.count === 0 && state.unplaced() === 0 && known.bound < ceiling * (1 - TIGHT);
  if (!open) return { ...known, iterations: 0 };
  const again = relax(model, { ceiling, limit: PROOF_UPDATES, starts: [known.dual, shadowPrices(state)] });
  return again.bound > known.bound ? again : { ...known, iterations: again.iterations };
}

/** Tries to close a small problem by tree search, starting from what `state` has; leaves the best in `state`. */
function close(state: State, { dual }: Relaxation, { effort }: Required<SolveOptions>) {
  const complete = givenUp(state).size === 0;
  const beat = complete ? state.objective() : Infinity;
  const tree = branchAndBound(state.model, dual, { beat, limit: Math.ceil(BRANCH_STEPS * effort) });
  if (tree.choice) state.restore(tree.choice);
  return { proven: tree.complete && (complete || tree.choice !== undefined), iterations: tree.steps };
}

/**
 * Places all services at once, as cheaply as it can, and proves how far from the cheapest that may be. Services that find
 * no place are reported with the reason, and the rest is solved without them. Never worse than `solveOneAtATime`.
 *
 * @throws {InvalidProblem} where the problem itself is malformed
 */
export function solve(problem: Problem, { effort = 1, seed = 1 }: SolveOptions = {}): Solution {
  const dropped = new Map<number, InfeasibleReason>();
  let spent = 0;
  for (;;) {
    const { state, bound, iterations } = attempt(compile(problem, dropped), { effort, seed });
    spent += iterations;
    const lost = givenUp(state);
    if (lost.size === 0) return toSolution(state, { bound, iterations: spent });
    // At least one service fewer each round, so this ends.
    for (const [service, reason] of lost) dropped.set(service, reason);
  }
}

/** Places one service after the other and never looks back: what a scheduler does, as a yardstick. */
export function solveOneAtATime(problem: Problem): Solution {
  const dropped = new Map<number, InfeasibleReason>();
  for (;;) {
    const model = compile(problem, dropped);
    const state = oneAtATime(model);
    const lost = givenUp(state);
    if (lost.size === 0)
      return toSolution(state, {
        bound: relax(model, { ceiling: 0, limit: 1 }).bound,
        iterations: state.choice.length,
      });
    for (const [service, reason] of lost) dropped.set(service, reason);
  }
}
