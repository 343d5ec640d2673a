import type { Option } from './evaluate.ts';

/**
 * Whether leaving `before` for `after` pays: cheaper by the cost threshold, or faster by the performance threshold. Moving has a
 * price (a rollout, cold caches, risk) that the scores do not know.
 */
export function worthwhile(
  before: readonly Option[],
  after: readonly Option[],
  thresholds: { readonly cost: number; readonly performance: number },
): boolean {
  const same = after.every(({ target }) => before.some((each) => each.target === target));
  if (same && after.length === before.length) return true;
  const cost = gain(mean(before, monthly), mean(after, monthly));
  const latency = gain(mean(before, roundTrip), mean(after, roundTrip));
  return cost >= thresholds.cost || latency >= thresholds.performance;
}

const monthly = ({ monthlyMicros }: Option): number => monthlyMicros;
const roundTrip = ({ latencyMs }: Option): number => latencyMs ?? 0;

function mean(options: readonly Option[], of: (option: Option) => number): number {
  return options.reduce((sum, option) => sum + of(option), 0) / Math.max(1, options.length);
}

const gain = (before: number, after: number): number => (before > 0 ? (before - after) / before : 0);
