import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { tierDefaults } from '../../shared/domain/spec/defaults.ts';
import type { ServiceName } from './keys.ts';
import type { GenerationMoment, PlacementFact, SplitFact, StandRecord, TargetFacts } from './record.ts';

/**
 * What is kept of each kind of fact, newest first to stay: more than happens to one service in one recovery, and small for ever.
 * Within that, the same facts leave the same stand in whatever order, and however often, they come.
 */
const kept = { placements: 30, targets: 40, moments: 12, splits: 60, failed: 12, lags: 8, copies: 20 } as const;

export function emptyStand({ application, service }: ServiceName): StandRecord {
  return { application, service, placements: [], targets: {}, splits: [], failed: [], lags: {} };
}

/** @param placement undefined: the service is not part of that generation. */
export function withPlacement(
  stand: StandRecord,
  { generation, at }: { readonly generation: number; readonly at: number },
  placement: ServicePlacement | undefined,
): StandRecord {
  if (stand.placements.some((each) => each.generation === generation)) return stand;
  const fact = placement === undefined ? removal(generation, at) : placementFact(generation, at, placement);
  const placements = [...stand.placements, fact].sort((a, b) => a.generation - b.generation);
  return { ...stand, placements: placements.slice(-kept.placements) };
}

function placementFact(generation: number, at: number, placement: ServicePlacement): PlacementFact {
  const { tier, routed, targets, recovery, monthly } = placement;
  const { rtoSeconds, rpoSeconds, failback } = { ...tierDefaults[tier].recovery, ...recovery };
  const cost = monthly === undefined ? {} : { monthlyMicros: monthly.expectedMicros };
  return { generation, at, tier, routed, rtoSeconds, rpoSeconds, failback, targets, ...cost, removed: false };
}

function removal(generation: number, at: number): PlacementFact {
  const { rtoSeconds, rpoSeconds } = tierDefaults['best-effort'].recovery;
  return { generation, at, tier: 'best-effort', routed: false, rtoSeconds, rpoSeconds, targets: [], removed: true };
}

/** A deployment serves: all of it, or some. */
export function withRunning(
  stand: StandRecord,
  kind: 'ready' | 'degraded',
  { target, generation, replicas }: DeploymentState,
  at: number,
): StandRecord {
  const known = stand.targets[target] ?? { runs: [], ready: [] };
  if (kind === 'degraded' && replicas.ready === 0) return stand;
  const next: TargetFacts = {
    runs: withFirst(known.runs, generation, at),
    ready: kind === 'ready' ? withFirst(known.ready, generation, at) : known.ready,
  };
  if (next.runs === known.runs && next.ready === known.ready) return stand;
  const newest = Object.entries({ ...stand.targets, [target]: next })
    .sort(byGeneration)
    .slice(-kept.targets);
  return { ...stand, targets: Object.fromEntries(newest.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function byGeneration(a: readonly [string, TargetFacts], b: readonly [string, TargetFacts]): number {
  const newest = ([, { runs }]: readonly [string, TargetFacts]): number => runs.at(-1)?.[0] ?? 0;
  return newest(a) - newest(b) || (a[0] < b[0] ? -1 : 1);
}

/** The first moment of each generation; the list itself when this one tells nothing new. */
function withFirst(moments: readonly GenerationMoment[], generation: number, at: number): readonly GenerationMoment[] {
  const known = moments.find(([each]) => each === generation);
  if (known !== undefined && known[1] <= at) return moments;
  const others = moments.filter((each) => each !== known);
  return [...others, [generation, at] as const].sort((a, b) => a[0] - b[0]).slice(-kept.moments);
}

export function withSplit(stand: StandRecord, split: SplitFact): StandRecord {
  if (stand.splits.some(({ sequence }) => sequence === split.sequence)) return stand;
  const splits = [...stand.splits, split].sort((a, b) => a.sequence - b.sequence);
  return { ...stand, splits: splits.slice(-kept.splits) };
}

export function withRejection(stand: StandRecord, rejected: NonNullable<StandRecord['rejected']>): StandRecord {
  const known = stand.rejected;
  if (
    known !== undefined &&
    (known.at > rejected.at || (known.at === rejected.at && known.message >= rejected.message))
  )
    return stand;
  return { ...stand, rejected };
}

export function withFailure(stand: StandRecord, failure: StandRecord['failed'][number]): StandRecord {
  if (stand.failed.some(({ generation }) => generation === failure.generation)) return stand;
  const failed = [...stand.failed, failure].sort((a, b) => a.generation - b.generation);
  return { ...stand, failed: failed.slice(-kept.failed) };
}

export function withLag(
  stand: StandRecord,
  scope: string,
  lag: { readonly at: number; readonly lagSeconds: number },
): StandRecord {
  const known = stand.lags[scope] ?? [];
  if (known.some(({ at, lagSeconds }) => at === lag.at && lagSeconds === lag.lagSeconds)) return stand;
  const lags = [...known, lag].sort((a, b) => a.at - b.at || a.lagSeconds - b.lagSeconds).slice(-kept.lags);
  const newest = Object.entries({ ...stand.lags, [scope]: lags })
    .sort(([a, one], [b, other]) => (one.at(-1)?.at ?? 0) - (other.at(-1)?.at ?? 0) || (a < b ? -1 : 1))
    .slice(-kept.copies)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...stand, lags: Object.fromEntries(newest) };
}
