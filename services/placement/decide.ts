import type { Weights } from '../../shared/contracts/application-spec.ts';
import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { ServiceDecision } from './decision.ts';
import { describe } from './describe.ts';
import { evaluate, type Evaluation, type Option } from './evaluate.ts';
import type { DecideInput, Decided } from './input.ts';
import { worthwhile } from './hysteresis.ts';
import { explainInfeasible } from './infeasible.ts';
import { linkLatency } from './link-latency.ts';
import type { Loads } from './record.ts';
import { freeOf, quotasOf } from './quota.ts';
import { presets } from './settings.ts';
import { solvePlacement, spread, type Solved } from './solve.ts';

/**
 * Where every service of the application goes. Pure: the same input gives the same decision, so a decision can be replayed.
 *
 * Standing services move only for a gain: solved first with those in their cooldown held in place, then every move that does not
 * pay is held as well and the rest is solved again, until nothing moves without reason.
 */
export function decide(input: DecideInput): Decided {
  const weights = weightsOf(input);
  const shared = { weights, programs: programsOf(input), users: usersOf(input.application.services) };
  const evaluations = input.application.services.map((service) => evaluateService(service, input, shared));
  const offerings = new Map(input.catalogue.offerings.map((each) => [each.id, each]));
  const quotas = quotasOf(input, offerings.values());
  const free = freeOf(quotas);
  const latency = linkLatency(input.application, evaluations, weights);
  const problem = { application: input.application, evaluations, weights, latency, free };
  const pinned = new Map<string, readonly string[]>(input.returnTo ?? cooling(input));
  let solved = solvePlacement({ ...problem, pinned });
  // Each round pins at least one more service, so this ends; in practice after one or two.
  for (let rounds = 0; input.returnTo === undefined && rounds < input.application.services.length; rounds++) {
    const held = notWorthwhile(input, solved, evaluations);
    const fresh = held.filter(({ name }) => !pinned.has(name));
    if (fresh.length === 0) break;
    for (const { name, targets } of fresh) pinned.set(name, targets);
    solved = solvePlacement({ ...problem, pinned });
  }
  if (solved.solution.infeasible.length > 0) {
    return { kind: 'infeasible', infeasible: explainInfeasible(input.application, evaluations, { solved, quotas }) };
  }
  const services = input.application.services.map((service, i) =>
    describe({ service, chosen: chosenOf(solved, i), evaluation: at(evaluations, i), input, offerings }),
  );
  const names = new Set(services.map(({ service }) => service));
  return {
    kind: 'placed',
    weights,
    latency,
    services,
    removed: [...input.current.keys()].filter((name) => !names.has(name)).sort(),
    loads: loadsOf(services, offerings),
    gap: solved.solution.gap,
  };
}

function at(evaluations: readonly Evaluation[], index: number): Evaluation {
  return evaluations[index] ?? { options: [], rejected: [] };
}

function weightsOf({ application, settings }: DecideInput): Weights {
  const { weights, preset } = application.placement;
  if (weights !== undefined) return weights;
  return preset === undefined ? (settings.weights ?? presets[settings.preset]) : presets[preset];
}

/** What is the same for every service of the application. */
interface Shared {
  readonly weights: Weights;
  readonly programs: readonly string[];
  /** Places that any of them names. */
  readonly users: readonly string[];
}

function evaluateService(service: NormalizedService, input: DecideInput, shared: Shared): Evaluation {
  const avoided = Object.entries(input.avoid[service.name] ?? {}).filter(([, until]) => until > input.now);
  const own = usersOf([service]);
  return evaluate(service, {
    settings: input.settings,
    exclusions: input.exclusions,
    avoid: new Set(avoided.map(([target]) => target)),
    offerings: input.catalogue.offerings,
    weights: shared.weights,
    programs: shared.programs,
    // A service that names no places serves the users the application's other services name.
    places: own.length > 0 ? own : shared.users,
  });
}

function usersOf(services: readonly NormalizedService[]): readonly string[] {
  return [...new Set(services.flatMap(({ constraints }) => constraints.latency ?? []).map(({ from }) => from))];
}

/** What most buyers ask for, where the application asks for nothing in particular. */
const usualPrograms = ['soc2', 'iso27001', 'pci-dss', 'hipaa', 'gdpr'];

function programsOf({ application }: DecideInput): readonly string[] {
  const asked = new Set(application.services.flatMap(({ constraints }) => constraints.compliance ?? []));
  return asked.size > 0 ? [...asked] : usualPrograms;
}

/** Services that moved too lately to move again; an excluded target does not hold anybody (it is no option any more). */
function cooling({ current, settings, now }: DecideInput): Map<string, readonly string[]> {
  const held = [...current.values()].filter(({ movedAt }) => now - movedAt < settings.cooldownMs);
  return new Map(held.map(({ service, targets }) => [service, targets.map(({ target }) => target)]));
}

function notWorthwhile(input: DecideInput, solved: Solved, evaluations: readonly Evaluation[]) {
  return input.application.services.flatMap((service, i) => {
    const standing = input.current.get(service.name)?.targets.map(({ target }) => target) ?? [];
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
