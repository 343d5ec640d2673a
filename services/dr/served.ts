import { covers } from '../../shared/domain/target.ts';
import type { GenerationMoment, LostScope, SplitFact } from './record.ts';

/** Whether a target is out of use at that moment, for a service that lost these scopes. */
export function isLost(lost: readonly LostScope[], target: string, at: number): boolean {
  return lost.some(({ scope, until }) => covers(scope, target) && (until === undefined || at < until));
}

/** Some target has traffic, and none of them is out of use. */
export function isOutside({ targets }: SplitFact, lost: readonly LostScope[], at: number): boolean {
  return targets.length > 0 && !targets.some((target) => isLost(lost, target, at));
}

/** What the router followed at that moment. */
export function inForce(splits: readonly SplitFact[], at: number): SplitFact | undefined {
  return splits.findLast((split) => split.at <= at);
}

/**
 * From when on the traffic was outside of what is lost: a new split, or the one in force when a scope came back.
 * @returns the moment and the split, absent while that has not happened.
 */
export function servedFrom(
  splits: readonly SplitFact[],
  lost: readonly LostScope[],
  since: number,
): { readonly at: number; readonly split: SplitFact } | undefined {
  const returns = lost.flatMap(({ until }) => (until === undefined ? [] : [until]));
  const moments = [since, ...splits.map(({ at }) => at), ...returns].filter((at) => at >= since).sort((a, b) => a - b);
  for (const at of moments) {
    const split = inForce(splits, at);
    if (split !== undefined && isOutside(split, lost, at)) return { at, split };
  }
  return undefined;
}

/** First moment of that generation or of a later one. */
export function firstSince(moments: readonly GenerationMoment[] | undefined, generation: number): number | undefined {
  return earliest((moments ?? []).filter(([each]) => each >= generation).map(([, at]) => at));
}

export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** The last of them; undefined while one is not known. */
export function latest(moments: readonly (number | undefined)[]): number | undefined {
  return moments.reduce<number | undefined>(
    (last, each) => (last === undefined || each === undefined ? undefined : Math.max(last, each)),
    -Infinity,
  );
}
