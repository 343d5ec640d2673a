import type { Candidate, Problem, ServiceSlot } from './problem.ts';

/**
 * The rules of a placement, written down once more and as plainly as possible, for the tests to judge the solver by. It
 * shares no code with the solver.
 */
export type Picks = readonly (readonly number[])[];

const at = (problem: Problem, s: number, picks: Picks): Candidate[] =>
  (picks[s] ?? []).map((position) => problem.services[s]!.candidates[position]!);

export function objectiveOf(problem: Problem, picks: Picks): number {
  let total = 0;
  picks.forEach((_, s) => at(problem, s, picks).forEach((candidate) => (total += candidate.penalty)));
  for (const link of problem.links) {
    const [from, to] = [at(problem, link.from, picks), at(problem, link.to, picks)];
    if (from.length === 0 || to.length === 0) continue;
    const pairs = from.flatMap((a) => to.map((b) => problem.egress(a.location, b.location)));
    total += (link.gbPerMonth * pairs.reduce((sum, price) => sum + price, 0)) / pairs.length;
  }
  return total;
}

const distinct = (values: readonly number[]): number => new Set(values).size;
const needed = (slot: ServiceSlot): number => Math.max(1, slot.picks, slot.minimumClouds, slot.minimumRegions);

function isAllowed(slot: ServiceSlot, chosen: readonly Candidate[]): boolean {
  return (
    chosen.length === needed(slot) &&
    distinct(chosen.map((c) => slot.candidates.indexOf(c))) === chosen.length &&
    distinct(chosen.map((c) => c.cloud)) >= slot.minimumClouds &&
    distinct(chosen.map((c) => c.location)) >= slot.minimumRegions
  );
}

/** Broken rules, in words; services without picks are exempt from their own rules. `cap` is the weight a cloud may carry. */
export function violations(problem: Problem, picks: Picks, cap: number): string[] {
  const broken: string[] = [];
  const all = picks.flatMap((_, s) =>
    at(problem, s, picks).map((c) => ({ c, weight: problem.services[s]!.weight ?? 1 })),
  );
  picks.forEach((own, s) => {
    if (own.length > 0 && !isAllowed(problem.services[s]!, at(problem, s, picks))) broken.push(`service ${s}`);
  });
  problem.quotas.forEach(({ capacity }, quota) => {
    const used = all.reduce((sum, { c }) => sum + (c.quota === quota ? c.load : 0), 0);
    if (used > capacity * (1 + 1e-6)) broken.push(`quota ${quota}`);
  });
  for (const cloud of new Set(all.map(({ c }) => c.cloud))) {
    const used = all.reduce((sum, { c, weight }) => sum + (c.cloud === cloud ? weight : 0), 0);
    if (used > cap * (1 + 1e-6)) broken.push(`cloud ${cloud}`);
  }
  problem.groups?.forEach((group, g) => {
    const members = [...new Set(group.services)].flatMap((s) => at(problem, s, picks));
    if (members.length === 0) return;
    const clouds = distinct(members.map((c) => c.cloud)) >= group.minimumClouds;
    if (!clouds || distinct(members.map((c) => c.location)) < (group.minimumRegions ?? 0)) broken.push(`group ${g}`);
  });
  return broken;
}

/** Sets of positions that obey the service's own rules, quotas looked at one candidate at a time. */
function options(problem: Problem, slot: ServiceSlot): number[][] {
  const fits = (c: Candidate): boolean => c.quota === undefined || c.load <= problem.quotas[c.quota]!.capacity;
  let sets: number[][] = [[]];
  slot.candidates.forEach((candidate, position) => {
    if (fits(candidate)) sets = [...sets, ...sets.map((set) => [...set, position])];
  });
  return sets.filter((set) =>
    isAllowed(
      slot,
      set.map((position) => slot.candidates[position]!),
    ),
  );
}

/** The weight one cloud may carry: a share of the weight of all services that could stand if they were alone. */
export function capOf(problem: Problem): number {
  if (problem.shareCap === undefined) return Infinity;
  const stands = problem.services.map((slot) => options(problem, slot).length > 0);
  problem.groups?.forEach((group) => {
    const members = [...new Set(group.services)].filter((s) => stands[s]);
    const all = members.flatMap((s) =>
      options(problem, problem.services[s]!)
        .flat()
        .map((p) => problem.services[s]!.candidates[p]!),
    );
    const picks = members.reduce((sum, s) => sum + needed(problem.services[s]!), 0);
    const reach = (key: (c: Candidate) => number): number => Math.min(picks, distinct(all.map(key)));
    if (reach((c) => c.cloud) < group.minimumClouds || reach((c) => c.location) < (group.minimumRegions ?? 0)) {
      for (const s of members) stands[s] = false;
    }
  });
  const weights = problem.services.map((slot, s) => (stands[s] ? needed(slot) * (slot.weight ?? 1) : 0));
  return problem.shareCap * weights.reduce((sum, weight) => sum + weight, 0);
}

/** The cheapest placement of exactly the services in `placed`, by trying all of them; undefined where none obeys the rules. */
export function bruteForce(problem: Problem, placed: ReadonlySet<number>, cap: number): number | undefined {
  const choices = problem.services.map((slot, s) => (placed.has(s) ? options(problem, slot) : [[]]));
  let best: number | undefined;
  const picks: number[][] = [];
  const visit = (s: number): void => {
    if (s < choices.length) {
      for (const choice of choices[s]!) {
        picks[s] = choice;
        visit(s + 1);
      }
      return;
    }
    if (violations(problem, picks, cap).length > 0) return;
    const objective = objectiveOf(problem, picks);
    if (best === undefined || objective < best) best = objective;
  };
  visit(0);
  return best;
}
