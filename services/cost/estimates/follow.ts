import { isDeepStrictEqual } from 'node:util';
import type { ServicePlacement } from '../../../shared/contracts/placement-decided.ts';
import { dayMs } from '../../../shared/domain/calendar.ts';
import type { EstimateInterval, EstimateRecord } from './record.ts';

/** Estimates older than any bill that still comes in are forgotten. */
export const keptMs = 400 * dayMs;
/** A record must stay far below what a store takes, however often a service changes. */
const mostIntervals = 500;

export interface Decided {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * The record after a decision about its service. Late news of an older generation changes nothing.
 * @param placement absent: the service is removed
 * @returns the record as it was where nothing changes; undefined where there is none and nothing is expected of it
 */
export function follow(
  known: EstimateRecord | undefined,
  { application, service, generation, at }: Decided,
  placement: Pick<ServicePlacement, 'targets' | 'monthly'> | undefined,
): EstimateRecord | undefined {
  if (known !== undefined && known.generation >= generation) return known;
  const next = placement === undefined ? undefined : expectedOf(placement);
  if (isSilent(known, placement, next)) return known;
  const intervals = kept(extended(known?.intervals ?? [], next, at), at);
  return { ...known, application, service, generation, intervals };
}

/** A decision that says nothing of cost (so it was before estimates were told), or the end of what never was estimated. */
function isSilent(
  known: EstimateRecord | undefined,
  placement: object | undefined,
  next: Expected | undefined,
): boolean {
  return next === undefined && (placement !== undefined || known === undefined);
}

type Expected = Omit<EstimateInterval, 'from' | 'to'>;

function expectedOf({ targets, monthly }: Pick<ServicePlacement, 'targets' | 'monthly'>): Expected | undefined {
  if (monthly === undefined) return undefined;
  const { lowMicros: low, expectedMicros: expected, highMicros: high, egressMicros: traffic } = monthly;
  const byTarget: Record<string, number> = {};
  for (const { target, monthlyMicros = 0 } of targets) byTarget[target] = (byTarget[target] ?? 0) + monthlyMicros;
  return { targets: byTarget, low, expected, high, traffic };
}

function extended(
  before: readonly EstimateInterval[],
  next: Expected | undefined,
  at: number,
): readonly EstimateInterval[] {
  const last = before.at(-1);
  if (last === undefined || last.to !== undefined) {
    return next === undefined ? before : [...before, { from: Math.max(at, last?.to ?? at), ...next }];
  }
  const { from, to: _, ...expected } = last;
  if (next !== undefined && isDeepStrictEqual(expected, next)) return before;
  // Two decisions in one moment: the first never held.
  const ended = at > from ? [...before.slice(0, -1), { ...last, to: at }] : before.slice(0, -1);
  return next === undefined ? ended : [...ended, { from: Math.max(at, from), ...next }];
}

function kept(intervals: readonly EstimateInterval[], now: number): readonly EstimateInterval[] {
  return intervals.filter(({ to }) => to === undefined || to > now - keptMs).slice(-mostIntervals);
}
