import type { Offering } from '../../shared/catalogue/types.ts';
import type { ServiceDecision } from './decision.ts';
import { describe } from './describe.ts';
import { evaluateSlots } from './evaluate-slots.ts';
import type { Evaluation, Option } from './evaluate.ts';
import { exposedBy, type Attempted } from './exposed.ts';
import { held, leaningsOf } from './held.ts';
import { worthwhile } from './hysteresis.ts';
import { explainInfeasible } from './infeasible.ts';
import type { DecideInput, Decided } from './input.ts';
import { linkLatency } from './link-latency.ts';
import type { Loads } from './record.ts';
import { freeOf, quotasOf } from './quota.ts';
import { sharedBy, type Shared } from './shared-by.ts';
import { slotsOf, standingBySlot } from './slots.ts';
import { solvePlacement, type SolveInput, type Solved } from './solve.ts';
import { spread } from './spread.ts';
import { affordable, withinCaps } from './standby-cap.ts';
import { stranded, type Stranded } from './stranded.ts';

/**
 * Where every service of the application goes. Pure: the same input gives the same decision, so a decision can be replayed.
 *
 * Standing services move only for a gain: solved first with those in their cooldown held in place, then every move that does not
 * pay is held as well and the rest is solved again, until nothing moves without reason. Where ground is lost, nothing moves that
 * need not; redundancy that has no ground left is owed, and what has no place at all does not keep the others from theirs.
 */
export function decide(input: DecideInput): Decided {
  const offerings = new Map(input.catalogue.offerings.map((each) => [each.id, each]));
  const quotas = quotasOf(input, offerings.values());
  const shared = { ...sharedBy(input), free: freeOf(quotas) };
  let exposed: ReadonlySet<string> = new Set();
  let tried = attempt(input, exposed, shared);
  // Each round exposes at least one service more.
  for (let more = exposedBy(input, tried, exposed); more.size > exposed.size; more = exposedBy(input, tried, exposed)) {
    exposed = more;
    tried = attempt(input, exposed, shared);
  }
  const infeasible = explainInfeasible(input.application, tried, quotas);
  const staying = stranded(input, infeasible, offerings);
  if (staying === undefined) return { kind: 'infeasible', infeasible };
  const decided = placedBy(input, tried, { shared, offerings, exposed: [...exposed].sort(), staying });
  const moves = decided.services.some(({ service, movedAt }) => !staying.has(service) && movedAt === input.now);
  return infeasible.length > 0 && !moves ? { kind: 'infeasible', infeasible } : decided;
}

type Placed = Decided & { readonly kind: 'placed' };

interface Around {
  readonly shared: Shared;
  readonly offerings: ReadonlyMap<string, Offering>;
  readonly exposed: readonly string[];
  readonly staying: ReadonlyMap<string, Stranded>;
}

function placedBy(input: DecideInput, tried: Attempted, { shared, offerings, exposed, staying }: Around): Placed {
  const { slots, evaluations, solved, latency } = tried;
  const services = input.application.services.map((service, i) => {
    const stays = staying.get(service.name);
    if (stays !== undefined) return stays.decision;
    const waits = slots.standbyAt.get(i);
    return describe({
      service,
      chosen: chosenOf(solved, i),
      standby: waits === undefined ? [] : chosenOf(solved, waits),
      exposed: exposed.includes(service.name),
      evaluation: at(evaluations, i),
      input,
      offerings,
    });
  });
  const names = new Set(services.map(({ service }) => service));
  return {
    kind: 'placed',
    weights: shared.weights,
    latency,
    services,
    removed: [...input.current.keys()].filter((name) => !names.has(name)).sort(),
    loads: loadsOf(services, offerings),
    gap: solved.solution.gap,
    exposed,
    stranded: [...staying.values()].map(({ why }) => why),
  };
}

/** One solution, with all who may not move held in place. */
function attempt(
  input: DecideInput,
  exposed: ReadonlySet<string>,
  shared: Shared & { readonly free: Loads },
): Attempted {
  const slots = slotsOf(input.application, exposed);
  const evaluations = affordable(slots, evaluateSlots(slots, input, shared));
  const { weights, free } = shared;
  const latency = linkLatency(input.application, evaluations, weights);
  const { placement } = input.application;
  const leanings = leaningsOf(input, slots, evaluations);
  const effort = effortOf(input, slots.services.length);
  const problem = { placement, slots, evaluations, weights, latency, free, leanings, effort };
  const first = search(input, problem);
  let tried: Attempted = { slots, evaluations, latency, solved: first };
  for (const within of withinCaps(slots, evaluations, first)) {
    tried = { ...tried, evaluations: within, solved: search(input, { ...problem, evaluations: within }) };
    if (tried.solved.solution.infeasible.length <= first.solution.infeasible.length) break;
  }
  return tried;
}

function search(input: DecideInput, problem: Omit<SolveInput, 'pinned'>): Solved {
  let solved: Solved | undefined;
  for (const pinned of held(input, problem.leanings)) {
    solved = settle(input, { ...problem, pinned });
    if (solved.solution.infeasible.length === 0) break;
  }
  return solved ?? solvePlacement({ ...problem, pinned: new Map() });
}

/** Slots that are searched for thoroughly even while ground is lost: it takes some tens of milliseconds. */
const quicklySearched = 100;

/**
 * Where ground is lost, a place now is worth more than the last percent of the best one: beyond a hundred slots the search takes about as
 * long as for a hundred. The decision says how far from the best it may be.
 */
function effortOf({ cause }: DecideInput, slots: number): number {
  return cause === 'target-excluded' ? Math.min(1, quicklySearched / Math.max(1, slots)) : 1;
}

function settle(input: DecideInput, problem: SolveInput): Solved {
  const pinned = new Map(problem.pinned);
  let solved = solvePlacement({ ...problem, pinned });
  if (input.returnTo !== undefined || input.prefer !== undefined) return solved;
  // Each round pins at least one more, so this ends; in practice after one or two.
  for (let rounds = 0; rounds < problem.slots.services.length; rounds++) {
    const fresh = notWorthwhile(input, solved, problem).filter(
      ({ name }) => !pinned.has(name) && !problem.leanings.has(name),
    );
    if (fresh.length === 0) break;
    for (const { name, targets } of fresh) pinned.set(name, targets);
    solved = solvePlacement({ ...problem, pinned });
  }
  return solved;
}

function at(evaluations: readonly Evaluation[], index: number): Evaluation {
  return evaluations[index] ?? { options: [], rejected: [] };
}

function notWorthwhile(
  input: DecideInput,
  solved: Solved,
  { slots, evaluations }: Pick<SolveInput, 'slots' | 'evaluations'>,
) {
  const bySlot = standingBySlot(input.current.values());
  return slots.services.flatMap((service, i) => {
    const standing = bySlot.get(service.name) ?? [];
    const options = at(evaluations, i).options;
    const before = options.filter(({ target }) => standing.includes(target));
    // Somewhere it must leave, or it needs more (or fewer) places than it has: not a question of gain.
    if (before.length !== standing.length || standing.length !== spread(service)) return [];
    const after = chosenOf(solved, i);
    if (after.length === 0 || worthwhile(before, after, input.settings.thresholds)) return [];
    return [{ name: service.name, targets: standing }];
  });
}

function chosenOf({ solution, options }: Solved, service: number): readonly Option[] {
  return (solution.picks[service] ?? []).flatMap((pick) => options[service]?.[pick] ?? []);
}

function loadsOf(services: readonly ServiceDecision[], offerings: ReadonlyMap<string, Offering>): Loads {
  const loads: Record<string, number> = {};
  for (const { target, cpuMillicores, replicas } of services.flatMap(({ placed }) => placed)) {
    if (offerings.has(target)) loads[target] = (loads[target] ?? 0) + cpuMillicores * replicas;
  }
  return loads;
}
