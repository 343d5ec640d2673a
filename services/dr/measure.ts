import { covers } from '../../shared/domain/target.ts';
import type { PlacementFact, ServiceRecoveryRecord, SplitFact, StandRecord } from './record.ts';
import type { Story } from './story.ts';
import { phasesOf } from './phases.ts';
import { recoveryPoint } from './recovery-point.ts';
import { earliest, firstSince, inForce, isLost, isOutside, latest, servedFrom } from './served.ts';

/**
 * The service's recovery, from the facts that are known. Pure, and every end is a first moment: more facts only set it or make it
 * earlier, so the order in which they come does not matter.
 */
export function measure(known: ServiceRecoveryRecord, stand: StandRecord): ServiceRecoveryRecord {
  const { story, end } = storyOf(known, stand);
  const { before, moved } = story;
  const demands = demandsOf(before, known);
  const servedAt = notAfter(end?.at, servedAtOf(story, stand, known));
  const { noCandidate: _past, servedAt: _earlier, endedAt: _end, ...rest } = known;
  const to = targetsOf(moved.at(-1));
  return {
    ...rest,
    tier: (moved.at(-1) ?? before)?.tier ?? known.tier,
    routed: story.routed,
    from: before === undefined ? known.from : targetsOf(before).filter((each) => wasLost(known, each)),
    to,
    placements: moved.length,
    failures: failuresIn(stand, known.excludedAt, end),
    phases: phasesOf(story, servedAt, end),
    ...present({ servedAt, endedAt: end?.at, noCandidate: story.noCandidate }),
    outcome: end?.outcome ?? 'open',
    rto: { ...demands.rto, ...(servedAt === undefined ? {} : { actualMs: servedAt - known.since }) },
    rpo: { ...demands.rpo, ...recoveryPoint(stand.lags, known, to) },
  };
}

/** With its end; what happened after that is another story. */
function storyOf(
  known: ServiceRecoveryRecord,
  stand: StandRecord,
): { readonly story: Story; readonly end: End | undefined } {
  const story = tell(known, stand);
  const end = endOf(known, story, stand);
  if (end === undefined) return { story, end };
  const { noCandidate: _past, ...past } = tell(known, { ...stand, ...pastOf(stand, end.at) });
  return { story: until(end.at, { ...past, noCandidate: undefined }), end };
}

function pastOf({ placements, splits }: StandRecord, end: number): Pick<StandRecord, 'placements' | 'splits'> {
  return { placements: placements.filter(({ at }) => at <= end), splits: splits.filter(({ at }) => at <= end) };
}

function until(end: number, story: Story): Story {
  const { runsAt, readyAt } = story;
  return { ...story, runsAt: notAfter(end, runsAt), readyAt: notAfter(end, readyAt) };
}

function failuresIn({ failed }: StandRecord, from: number, end: End | undefined): number {
  return failed.filter(({ at }) => at >= from && at <= (end?.at ?? Infinity)).length;
}

const notAfter = (end: number | undefined, at: number | undefined): number | undefined =>
  end !== undefined && at !== undefined && at > end ? undefined : at;

/** By the placement that was lost: what is asked for later does not judge it. */
function demandsOf(
  before: PlacementFact | undefined,
  { rto, rpo }: ServiceRecoveryRecord,
): { readonly rto: { readonly objectiveMs: number }; readonly rpo: { readonly objectiveMs: number } } {
  if (before === undefined) return { rto: { objectiveMs: rto.objectiveMs }, rpo: { objectiveMs: rpo.objectiveMs } };
  return { rto: { objectiveMs: before.rtoSeconds * 1000 }, rpo: { objectiveMs: before.rpoSeconds * 1000 } };
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are not known. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

const targetsOf = (placement: PlacementFact | undefined): string[] =>
  (placement?.targets ?? []).filter(({ replicas }) => replicas > 0).map(({ target }) => target);
const serving = ({ targets }: PlacementFact): string[] =>
  targets.filter(({ replicas, role }) => replicas > 0 && role !== 'standby').map(({ target }) => target);
const wasLost = ({ lost }: ServiceRecoveryRecord, target: string): boolean =>
  lost.some(({ scope }) => covers(scope, target));

function tell(known: ServiceRecoveryRecord, stand: StandRecord): Story {
  const { lost, since, excludedAt } = known;
  const { placements, targets, splits } = stand;
  const moved = placements.filter((each) => keepsOut(each, known));
  const first = moved[0];
  const before = standingBefore(placements, first?.generation ?? Infinity, excludedAt);
  const elsewhere = targetsOf(before).filter((each) => !wasLost(known, each));
  const all = [...new Set(moved.flatMap(targetsOf))];
  const fresh = all.filter((each) => !elsewhere.includes(each));
  const added = fresh.length > 0 ? fresh : all;
  const generation = first?.generation ?? Infinity;
  const carriers = new Set(moved.flatMap(serving));
  const shifts = splits.filter((each) => each.at >= excludedAt && isOutside(each, lost, each.at));
  const routed = (before ?? first)?.routed ?? known.routed;
  return {
    lost,
    since,
    excludedAt,
    routed,
    before,
    moved,
    elsewhere,
    added,
    placedAt: earliest(moved.map(({ at }) => at)),
    runsAt: earliest(added.map((each) => firstSince(targets[each]?.runs, generation))),
    readyAt: earliest(added.map((each) => firstSince(targets[each]?.ready, generation))),
    shiftedAt: shifts.find((split) => split.targets.some((each) => carriers.has(each) && added.includes(each)))?.at,
    wholeAt: earliest(moved.map((placement) => wholeBy(placement, stand, routed))),
    served: servedFrom(splits, lost, since),
    noCandidate: rejectionOf(stand, known, moved),
  };
}

/** What it stood by when it was lost. Removed before that, it stood nowhere. */
function standingBefore(
  placements: readonly PlacementFact[],
  moved: number,
  excludedAt: number,
): PlacementFact | undefined {
  return placements.findLast(({ generation, removed, at }) => generation < moved && !(removed && at >= excludedAt));
}

function keepsOut({ at, removed, targets }: PlacementFact, { lost, excludedAt }: ServiceRecoveryRecord): boolean {
  return at >= excludedAt && !removed && targets.length > 0 && !targets.some(({ target }) => isLost(lost, target, at));
}

/** A split names at most this many targets. */
const maximumRoutes = 40;

/** When all that this placement asks for was ready and, where it takes traffic, had it. */
export function wholeBy(
  placement: PlacementFact,
  { targets, splits }: StandRecord,
  routed: boolean,
): number | undefined {
  const { generation, at } = placement;
  const ready = latest([at, ...targetsOf(placement).map((target) => firstSince(targets[target]?.ready, generation))]);
  const carriers = serving(placement);
  if (!routed || ready === undefined || carriers.length === 0) return ready;
  const isFull = (split: SplitFact): boolean =>
    split.targets.length >= Math.min(carriers.length, maximumRoutes) &&
    split.targets.every((target) => carriers.includes(target));
  const standing = inForce(splits, ready);
  if (standing !== undefined && isFull(standing)) return ready;
  return splits.find((split) => split.at > ready && isFull(split))?.at;
}

function rejectionOf(
  { rejected }: StandRecord,
  { excludedAt }: ServiceRecoveryRecord,
  moved: readonly PlacementFact[],
): string | undefined {
  if (rejected === undefined || rejected.at < excludedAt || moved.some(({ at }) => at >= rejected.at)) return undefined;
  return rejected.message;
}

function servedAtOf(story: Story, { targets }: StandRecord, { since }: ServiceRecoveryRecord): number | undefined {
  if (story.routed) return story.served?.at;
  // A worker does its work wherever all of it runs.
  const stood = story.elsewhere.some((target) => (targets[target]?.ready ?? []).some(([, at]) => at <= since));
  return stood ? since : earliest([story.readyAt, returnedAt(story)]);
}

/** All that it stood on may be used again, and it was not placed elsewhere before that. */
function returnedAt({ lost, before, moved }: Story): number | undefined {
  const needed = targetsOf(before).flatMap((target) => lost.filter(({ scope }) => covers(scope, target)));
  const at = latest(needed.map(({ until }) => until));
  if (at === undefined || needed.length === 0 || moved.some((each) => each.at < at)) return undefined;
  return at;
}

interface End {
  readonly outcome: Exclude<ServiceRecoveryRecord['outcome'], 'open'>;
  readonly at: number;
}

/** It was removed; or it had left before it was lost, and that was heard of only later. */
function withdrawnAt({ before, excludedAt, lost }: Story, { placements }: StandRecord): number | undefined {
  const stood =
    before === undefined || targetsOf(before).some((target) => lost.some(({ scope }) => covers(scope, target)));
  return stood ? placements.find(({ removed, at }) => removed && at >= excludedAt)?.at : excludedAt;
}

/**
 * It never ran anywhere, and its rollout fails: nothing was taken from it that could be given back. What did run is placed again
 * until it runs.
 */
function failedAt({ excludedAt }: Story, { targets, failed }: StandRecord): number | undefined {
  const ran = Object.values(targets).some(({ runs }) => runs.some(([, at]) => at < excludedAt));
  return ran ? undefined : earliest(failed.map(({ at }) => at).filter((at) => at >= excludedAt));
}

/** What came first ended it. */
function endOf({ ended }: ServiceRecoveryRecord, story: Story, stand: StandRecord): End | undefined {
  const candidates: readonly (readonly [End['outcome'], number | undefined])[] = [
    ['recovered', story.wholeAt],
    ['returned', returnedAt(story)],
    ['withdrawn', withdrawnAt(story, stand)],
    ['failed', failedAt(story, stand)],
    [ended?.outcome ?? 'aborted', ended?.at],
  ];
  return candidates
    .flatMap(([outcome, at]) => (at === undefined ? [] : [{ outcome, at }]))
    .reduce<End | undefined>((first, each) => (first === undefined || each.at < first.at ? each : first), undefined);
}
