import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { DecideInput } from './input.ts';
import type { Cost, Eligible, ServiceDecision } from './decision.ts';
import { monthlyCost, type Evaluation, type Option } from './evaluate.ts';
import type { PlacedTarget, PlacementRecord } from './record.ts';
import { sortedTargets, specHash, splitReplicas, workloadOf } from './workload.ts';

interface Chosen {
  readonly service: NormalizedService;
  readonly chosen: readonly Option[];
  readonly evaluation: Evaluation;
  readonly input: DecideInput;
  readonly offerings: ReadonlyMap<string, Offering>;
}

/** Writes one service's choice out: what to command, what it costs, what else was possible and why not the rest. */
export function describe({ service, chosen, evaluation, input, offerings }: Chosen): ServiceDecision {
  const current = input.current.get(service.name);
  const placed = placedOn(service, chosen);
  const workload = workloadOf(input.application, service, input.settings.urlTemplate);
  const hash = specHash(workload, placed);
  const moved = current === undefined || !sameTargets(current, placed);
  const { steps, stepSeconds, progressDeadlineSeconds, type } = service.strategy;
  return {
    service: service.name,
    tier: service.tier,
    routed: service.ports.length > 0,
    specHash: hash,
    targets: placed.map(({ target, replicas }) => ({ target, replicas })),
    progressDeadlineSeconds,
    ...(type === 'canary' ? { steps: [...steps], stepSeconds } : {}),
    workload,
    placed,
    changed: current === undefined || current.specHash !== hash || current.generation > input.lastGoodGeneration,
    movedAt: moved ? input.now : current.movedAt,
    note: noteOf(evaluation, placed, { moved, first: current === undefined }),
    eligible: eligibleOf(evaluation),
    rejected: evaluation.rejected,
    cost: costOf(service, placed, offerings),
  };
}

/** More replicas go where the score is better. */
function placedOn(service: NormalizedService, chosen: readonly Option[]): PlacedTarget[] {
  const best = [...chosen].sort((a, b) => b.total - a.total || (a.target < b.target ? -1 : 1));
  const shares = splitReplicas(service.replicas, best.length);
  return sortedTargets(best.map(({ target, size }, i) => ({ target, replicas: shares[i] ?? 0, ...size })));
}

function sameTargets({ targets }: PlacementRecord, placed: readonly PlacedTarget[]): boolean {
  return (
    targets.length === placed.length && targets.every(({ target }) => placed.some((each) => each.target === target))
  );
}

function noteOf(
  evaluation: Evaluation,
  placed: readonly PlacedTarget[],
  how: { readonly moved: boolean; readonly first: boolean },
): string {
  const eligible = eligibleOf(evaluation);
  const highest = eligible.filter(({ total }) => total === eligible[0]?.total).map(({ target }) => target);
  const best = highest[0] ?? 'no candidate';
  const others = highest.filter((target) => !placed.some((each) => each.target === target));
  const atBest = others.length < highest.length;
  if (!how.first && !how.moved && !atBest) {
    return `kept where it is: ${best} scores higher, but not by enough, or it moved too lately`;
  }
  if (placed.length > 1) return `the best set of ${placed.length} targets that meets its spread`;
  if (atBest && others.length > 0) return `the highest score of all candidates, which ${some(others)} reached too`;
  if (atBest) return 'the highest score of all candidates';
  return `${best} scores higher by itself; links, quotas or spread make this better for the application`;
}

/** The first few of a list of names. */
function some(names: readonly string[]): string {
  const left = names.length - 2;
  return left > 0 ? `${names.slice(0, 2).join(', ')} and ${left} more` : names.join(' and ');
}

/** Best first. */
export function eligibleOf({ options }: Evaluation): Eligible[] {
  return options
    .map(({ target, scores, total, monthlyMicros }) => ({
      target,
      scores: scores.map((score) => Math.round(score * 10) / 10) as unknown as Eligible['scores'],
      total: Math.round(total * 10) / 10,
      monthlyMicros,
    }))
    .sort((a, b) => b.total - a.total || (a.target < b.target ? -1 : 1));
}

function costOf(
  service: NormalizedService,
  placed: readonly PlacedTarget[],
  offerings: ReadonlyMap<string, Offering>,
): ServiceDecision['cost'] {
  // The usage is the whole service's: each target answers its share of the requests.
  const total = placed.reduce((sum, { replicas }) => sum + replicas, 0);
  const parts = placed.flatMap(({ target, replicas }) => {
    const offering = offerings.get(target);
    if (offering === undefined || replicas === 0) return [];
    const cost = monthlyCost(shareOf(service, replicas / total), offering, replicas);
    return 'missing' in cost ? [] : cost;
  });
  return {
    compute: sumCosts(parts.map(({ compute }) => compute)),
    fixed: sumCosts(parts.map(({ fixed }) => fixed)),
    lines: parts.flatMap(({ lines }) => lines),
  };
}

function shareOf(service: NormalizedService, share: number): NormalizedService {
  const { requestsPerSecond } = service.usage;
  if (requestsPerSecond === undefined) return service;
  return { ...service, usage: { ...service.usage, requestsPerSecond: requestsPerSecond * share } };
}

export function sumCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, each) => ({
      low: sum.low + each.low,
      expected: sum.expected + each.expected,
      high: sum.high + each.high,
    }),
    { low: 0, expected: 0, high: 0 },
  );
}
