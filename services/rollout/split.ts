import type { Route } from '../../shared/contracts/traffic-shift.ts';
import { covers } from '../../shared/domain/target.ts';
import type { Fact, FactKind, ServiceRecord, TargetState } from './record.ts';

/**
 * How good a place a target is for traffic, best first. Only the best class that is there gets traffic: what is not ready never
 * shares with what is, and what is excluded serves only while nothing else stands.
 */
export const fitness = {
  none: 0,
  excludedFailed: 1,
  failed: 2,
  excludedDegraded: 3,
  excludedReady: 4,
  degraded: 5,
  ready: 6,
} as const;

type Rated = {
  readonly target: string;
  readonly state: TargetState;
  readonly fit: number;
  /** Stands by. */
  readonly waits: boolean;
};

export function fitOf(state: TargetState | undefined, target: string, excluded: readonly string[]): number {
  const fact = state?.fact;
  if (fact === undefined || state?.place === undefined || state.removal !== undefined) return fitness.none;
  if (fact.desired === 0) return fitness.none;
  const [inside, outside] = fits[servesNobody(fact) ? 'failed' : fact.kind];
  return excluded.some((scope) => covers(scope, target)) ? inside : outside;
}

/** Something stands there, and no replica of it answers: the place is no better than one that failed. */
function servesNobody({ kind, reason, ready }: Fact): boolean {
  if (kind === 'drifted') return reason === 'Missing' || ready === 0;
  return kind === 'degraded' && ready === 0;
}

/** Inside an excluded scope, and outside. */
const fits: Readonly<Record<FactKind, readonly [number, number]>> = {
  ready: [fitness.excludedReady, fitness.ready],
  degraded: [fitness.excludedDegraded, fitness.degraded],
  drifted: [fitness.excludedDegraded, fitness.degraded],
  failed: [fitness.excludedFailed, fitness.failed],
  removed: [fitness.none, fitness.none],
};

/** The split that the service should have now; empty when nothing may or can be served. A standby that is well is in it with weight 0. */
export function desiredRoutes(record: ServiceRecord, excluded: readonly string[]): Route[] {
  if (record.removed) return [];
  const pool = rate(record, record.pool, excluded);
  const percent = canaryPercent(record);
  if (percent !== undefined) {
    const mixed = mix(record, pool, percent, excluded);
    if (mixed !== undefined) return mixed;
  }
  const best = choose(pool);
  const standIns = choose(rate(record, Object.keys(record.targets), excluded));
  // What served has nothing usable left: whatever else stands is better than an outage, even before all of a generation is ready.
  const chosen =
    record.pool.length > 0 && fitOfAll(best) <= fitness.excludedReady && fitOfAll(standIns) > fitOfAll(best)
      ? standIns
      : best;
  return withWaiting(weigh(chosen, 100), pool);
}

/** Share of traffic for the new targets on the canary's step. */
export function canaryPercent({ canary, steps }: ServiceRecord): number | undefined {
  return canary === undefined ? undefined : steps[canary.step];
}

/** Both sides serve, or it is no canary. */
function mix(
  record: ServiceRecord,
  pool: readonly Rated[],
  percent: number,
  excluded: readonly string[],
): Route[] | undefined {
  const all = rate(record, Object.keys(record.targets), excluded);
  const after = bestOf(all.filter(({ state }) => state.wanted && state.role === undefined));
  const before = bestOf(pool.filter(({ state, waits }) => !state.wanted && !waits));
  if (fitOfAll(after) < fitness.ready || fitOfAll(before) < fitness.degraded) return undefined;
  return [...weigh(before, 100 - percent), ...weigh(after, percent)].sort(byTarget);
}

function rate(record: ServiceRecord, targets: readonly string[], excluded: readonly string[]): Rated[] {
  return targets.flatMap((target) => {
    const state = record.targets[target];
    if (state === undefined) return [];
    return [{ target, state, fit: fitOf(state, target, excluded), waits: isWaiting(record, target) }];
  });
}

/** Of the pool it was decided at the takeover; of what comes, by its generation. */
function isWaiting({ pool, waiting, targets }: ServiceRecord, target: string): boolean {
  return pool.includes(target) ? (waiting?.includes(target) ?? false) : targets[target]?.role === 'standby';
}

/** Those that serve, or the standby when it is better off than all of them: at once, for that is what it is there for. */
function choose(rated: readonly Rated[]): Rated[] {
  const serving = bestOf(rated.filter(({ waits }) => !waits));
  const waiting = bestOf(rated.filter(({ waits }) => waits));
  if (fitOfAll(waiting) <= fitOfAll(serving)) return serving;
  // A replica out of many is down: the few that stand by could not carry what the others still do.
  const carries = fitOfAll(serving) === fitness.degraded && readyIn(serving) >= readyIn(waiting);
  return carries ? serving : waiting;
}

const readyIn = (rated: readonly Rated[]): number =>
  rated.reduce((sum, { state }) => sum + (state.fact?.ready ?? 0), 0);

/** No traffic as long as anything else can be reached; a router that can fail over by itself knows from it where to. */
function withWaiting(routes: readonly Route[], pool: readonly Rated[]): Route[] {
  if (routes.length === 0) return [];
  const waiting = pool.filter(
    ({ target, waits, fit }) => waits && fit === fitness.ready && routes.every((route) => route.target !== target),
  );
  const spare = waiting.map(({ target, state }) => ({
    target,
    endpoint: state.place?.endpoint ?? '',
    weight: 0,
    standby: true as const,
  }));
  return [...routes, ...spare.slice(0, maximumRoutes - routes.length)].sort(byTarget);
}

function bestOf(rated: readonly Rated[]): Rated[] {
  const best = rated.reduce((most, { fit }) => Math.max(most, fit), 0);
  return best === fitness.none ? [] : rated.filter(({ fit }) => fit === best);
}

const fitOfAll = (best: readonly Rated[]): number => best[0]?.fit ?? fitness.none;

/** A split has at most this many routes; the largest targets are kept. */
const maximumRoutes = 40;

/** Integer weights proportional to ready replicas that add up to `total`; everyone chosen gets at least 1 when that is possible. */
export function weigh(chosen: readonly Rated[], total: number): Route[] {
  const ranked = [...chosen].sort((a, b) => shareOf(b) - shareOf(a) || (a.target < b.target ? -1 : 1));
  const kept = ranked.slice(0, Math.max(0, Math.min(maximumRoutes, total)));
  const sum = kept.reduce((all, each) => all + shareOf(each), 0);
  const exact = kept.map((each) => (shareOf(each) * total) / sum);
  const weights = exact.map((part) => Math.max(1, Math.floor(part)));
  const byRemainder = exact
    .map((part, index) => ({ index, rest: part % 1 }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  let left = total - weights.reduce((all, weight) => all + weight, 0);
  for (const { index } of byRemainder.slice(0, Math.max(0, left))) weights[index] = (weights[index] ?? 0) + 1;
  // Raising the smallest to 1 may have given out too much: the largest, which are first, give it back.
  for (let index = 0; left < 0; index = (index + 1) % weights.length) {
    const weight = weights[index] ?? 0;
    if (weight <= 1) continue;
    weights[index] = weight - 1;
    left += 1;
  }
  return kept
    .map(({ target, state }, index) => ({ target, endpoint: state.place?.endpoint ?? '', weight: weights[index] ?? 0 }))
    .sort(byTarget);
}

const shareOf = ({ state }: Rated): number => Math.max(1, state.fact?.ready ?? 1);
const byTarget = (a: Route, b: Route): number => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0);

export function sameRoutes(a: readonly Route[], b: readonly Route[]): boolean {
  return (
    a.length === b.length &&
    a.every((route, index) => {
      const other = b[index];
      const same = route.target === other?.target && route.endpoint === other.endpoint;
      return same && route.weight === other?.weight && route.standby === other.standby;
    })
  );
}
