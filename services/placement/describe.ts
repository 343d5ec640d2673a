import type { Offering } from '../../shared/catalogue/types.ts';
import { cloudOf } from '../../shared/contracts/values.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { DecideInput } from './input.ts';
import type { Eligible, ServiceDecision } from './decision.ts';
import { costOf, serving } from './estimate.ts';
import type { Evaluation, Option } from './evaluate.ts';
import type { PlacedTarget, PlacementRecord } from './record.ts';
import { reasonOf } from './returned.ts';
import { profileOf, sortedTargets, specHash, splitReplicas, workloadOf } from './workload.ts';

interface Chosen {
  readonly service: NormalizedService;
  readonly chosen: readonly Option[];
  /** Of its standby; none where it keeps none. */
  readonly standby: readonly Option[];
  /** It goes without the redundancy that its recovery asks for. */
  readonly exposed: boolean;
  readonly evaluation: Evaluation;
  readonly input: DecideInput;
  readonly offerings: ReadonlyMap<string, Offering>;
}

/** Writes one service's choice out: what to command, what it costs, what else was possible and why not the rest. */
export function describe(what: Chosen): ServiceDecision {
  const { service, evaluation, input, offerings } = what;
  const current = input.current.get(service.name);
  const placed = sortedTargets([...placedOn(service, what.chosen), ...waitingOn(service, what.standby)]);
  const workload = workloadOf(input.application, service, input.settings.urlTemplate);
  const hash = specHash(workload, placed);
  const profile = profileOf(service);
  const moved = current === undefined || !sameTargets(current, placed);
  const { steps, stepSeconds, progressDeadlineSeconds, type } = service.strategy;
  return {
    service: service.name,
    tier: service.tier,
    routed: service.ports.length > 0,
    specHash: hash,
    targets: placed.map(({ target, replicas, role }) => ({ target, replicas, ...(role && { role }) })),
    recovery: service.recovery,
    progressDeadlineSeconds,
    ...(type === 'canary' ? { steps: [...steps], stepSeconds } : {}),
    workload,
    placed,
    changed: isChanged(current, { specHash: hash, recovery: service.recovery, profile }, input.lastGoodGeneration),
    movedAt: moved ? input.now : current.movedAt,
    note: [...whyHere(what, placed, { moved, first: current === undefined }), ...redundancyOf(what, placed)].join('; '),
    eligible: eligibleOf(evaluation),
    rejected: evaluation.rejected,
    cost: costOf(service, placed, offerings),
    profile,
  };
}

/** More replicas go where the score is better. */
function placedOn(service: NormalizedService, chosen: readonly Option[]): PlacedTarget[] {
  const best = [...chosen].sort((a, b) => b.total - a.total || (a.target < b.target ? -1 : 1));
  const shares = splitReplicas(service.replicas, best.length);
  return best.map(({ target, size }, i) => ({ target, replicas: shares[i] ?? 0, ...size }));
}

function waitingOn(service: NormalizedService, standby: readonly Option[]): PlacedTarget[] {
  const replicas = Math.min(service.recovery.warmReplicas, service.replicas);
  return standby.map(({ target, size }) => ({ target, replicas, ...size, role: 'standby' }));
}

/** Others have to hear of it: it is commanded again, something else is demanded of its recovery, or expected of its use. */
function isChanged(
  current: PlacementRecord | undefined,
  { specHash: hash, recovery, profile }: Pick<ServiceDecision, 'specHash' | 'recovery' | 'profile'>,
  lastGoodGeneration: number,
): boolean {
  if (current === undefined || current.specHash !== hash || current.generation > lastGoodGeneration) return true;
  if (current.profile !== undefined && current.profile !== profile) return true;
  return current.recovery !== undefined && canonical(current.recovery) !== canonical(recovery);
}

/** What its recovery added to the decision, for the note. */
function redundancyOf({ service, exposed }: Chosen, placed: readonly PlacedTarget[]): string[] {
  const { standby } = service.recovery;
  if (exposed)
    return [`without its ${standby === 'warm' ? 'warm standby' : 'second region'} until the ground for it is back`];
  const waiting = placed.find(({ role }) => role === 'standby');
  if (waiting !== undefined) {
    const elsewhere = serving(placed).every(({ target }) => cloudOf(target) !== cloudOf(waiting.target));
    const where = elsewhere ? 'another region of another cloud' : 'another region';
    return [
      `${waiting.target} stands by, warm, with ${counted(waiting.replicas, 'replica')}: the best place in ${where}`,
    ];
  }
  return standby === 'active-active' && service.replicas > 0 ? ['active-active, so in two regions at least'] : [];
}

function sameTargets({ targets }: PlacementRecord, placed: readonly PlacedTarget[]): boolean {
  return (
    targets.length === placed.length &&
    targets.every(({ target, role }) => placed.some((each) => each.target === target && each.role === role))
  );
}

/** Where it stands on a target it prefers there is no more to say of scores. */
function whyHere({ service, evaluation }: Chosen, placed: readonly PlacedTarget[], how: How): string[] {
  const [first] = service.prefer ?? [];
  const on = serving(placed).map(({ target }) => target);
  if (first === undefined) return [noteOf(evaluation, serving(placed), how)];
  if (on.includes(first)) return [`stands on ${first}, which it prefers`];
  const open = evaluation.options.some(({ target }) => target === first);
  const why = open
    ? 'no room there beside the other services, or it waits to be brought back'
    : reasonOf(evaluation, first);
  const next = service.prefer?.find((each) => on.includes(each));
  if (next !== undefined) return [`stands on ${next}, its next choice after ${first} (${why})`];
  return [noteOf(evaluation, serving(placed), how), `it prefers ${first} (${why})`];
}

interface How {
  readonly moved: boolean;
  readonly first: boolean;
}

function noteOf(evaluation: Evaluation, placed: readonly PlacedTarget[], how: How): string {
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
