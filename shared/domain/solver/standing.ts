import type { Candidate, InfeasibleReason, Problem, ServiceSlot } from './problem.ts';

/** Room for rounding when loads are added up: relative, so that a quota of zero stays a quota of zero. */
export const SLACK = 1 + 1e-9;

interface Entry {
  readonly candidate: Candidate;
  readonly position: number;
}

/** A service with the candidates that could hold it if it were alone, by rising penalty, or the reason why none can. */
export interface Standing {
  readonly picks: number;
  readonly candidates: readonly Entry[];
  readonly reason: InfeasibleReason | undefined;
}

export function picksOf(slot: ServiceSlot): number {
  return Math.max(1, slot.picks, slot.minimumClouds, slot.minimumRegions);
}

function lacks(slot: ServiceSlot, candidates: readonly Entry[]): InfeasibleReason | undefined {
  if (candidates.length === 0) return 'no-candidate';
  // One cloud and one region, which is what most ask for, any candidate has.
  const clouds = slot.minimumClouds > 1 ? new Set(candidates.map(({ candidate }) => candidate.cloud)).size : 1;
  const regions = slot.minimumRegions > 1 ? new Set(candidates.map(({ candidate }) => candidate.location)).size : 1;
  if (clouds < slot.minimumClouds || regions < slot.minimumRegions) return 'spread';
  return candidates.length < picksOf(slot) ? 'no-candidate' : undefined;
}

function alone(slot: ServiceSlot, problem: Problem): Standing {
  const fits = (c: Candidate): boolean =>
    c.quota === undefined || c.load <= (problem.quotas[c.quota]?.capacity ?? 0) * SLACK;
  const all = slot.candidates.map((candidate, position) => ({ candidate, position }));
  const candidates = all
    .filter(({ candidate }) => fits(candidate))
    .sort((a, b) => a.candidate.penalty - b.candidate.penalty || a.position - b.position);
  const after = lacks(slot, all) ?? (lacks(slot, candidates) && 'quota');
  return { picks: picksOf(slot), candidates: after ? [] : candidates, reason: after };
}

const weightOf = (problem: Problem, standing: readonly Standing[]): number =>
  standing.reduce((sum, one, s) => sum + (one.reason ? 0 : one.picks * (problem.services[s]?.weight ?? 1)), 0);

const excluded = (one: Standing, reason: InfeasibleReason): Standing => ({ ...one, candidates: [], reason });

/** Marks the members of groups that cannot reach their spread however their members are placed. */
function groupsReach(problem: Problem, standing: Standing[]): void {
  for (const group of problem.groups ?? []) {
    const members = [...new Set(group.services)].filter((s) => standing[s] && !standing[s].reason);
    const all = members.flatMap((s) => standing[s]?.candidates ?? []);
    const picks = members.reduce((sum, s) => sum + (standing[s]?.picks ?? 0), 0);
    const clouds = Math.min(picks, new Set(all.map((entry) => entry.candidate.cloud)).size);
    const regions = Math.min(picks, new Set(all.map((entry) => entry.candidate.location)).size);
    if (clouds >= group.minimumClouds && regions >= (group.minimumRegions ?? 0)) continue;
    for (const s of members) if (standing[s]) standing[s] = excluded(standing[s], 'spread');
  }
}

/**
 * Which services can stand at all, and how much weight one cloud may carry (Infinity without a cap). Services in `dropped`
 * are left out as if they could not, but still count towards the total that the cap is a share of: giving up on one
 * service must not take room from the others.
 */
export function standing(
  problem: Problem,
  dropped: ReadonlyMap<number, InfeasibleReason>,
): { readonly services: readonly Standing[]; readonly perCloud: number } {
  const services = problem.services.map((slot) => alone(slot, problem));
  groupsReach(problem, services);
  const perCloud = problem.shareCap === undefined ? Infinity : problem.shareCap * weightOf(problem, services) * SLACK;
  const left = services.map((one, s) => {
    const tooHeavy = (problem.services[s]?.weight ?? 1) > perCloud ? 'share-cap' : undefined;
    const reason = one.reason ?? tooHeavy ?? dropped.get(s);
    return reason ? excluded(one, reason) : one;
  });
  groupsReach(problem, left);
  return { perCloud, services: left };
}
