import { servingOf, type Facts, type PlacedAt } from './facts.ts';
import type { Used } from './usage-record.ts';

/** Fewer days say nothing of a week. */
export const leastDays = 7;
const minutesOfDay = 1440;

export interface Known {
  /** Days of which anything is known. */
  readonly days: number;
  /** Share of the window's minutes that are known, over all targets. */
  readonly coverage: number;
}

/** What is known of where it serves, day by day. */
export function usedByServing(facts: Facts): readonly (readonly Used[])[] {
  const targets = servingOf(facts).map(({ target }) => target);
  return facts.days
    .map(({ targets: used }) => targets.flatMap((target) => used.get(target) ?? []))
    .filter((used) => used.length > 0);
}

export function knownOf(facts: Facts): Known {
  const used = usedByServing(facts);
  const minutes = used.flat().reduce((sum, each) => sum + each.minutes, 0);
  const whole = Math.max(1, servingOf(facts).length) * facts.settings.days * minutesOfDay;
  return { days: used.length, coverage: Math.min(1, minutes / whole) };
}

/** Fewer replicas now than then: a tenth more is a rollout in which both stood for a while. */
const leastFewer = 1.15;

/**
 * By how much more a replica has to do than on that day, where fewer of them share the work now. Where more do, what one used then is
 * the safer figure.
 */
export function crowding(used: Used, { replicas }: Pick<PlacedAt, 'replicas'>): number {
  if (used.replicas === undefined || replicas <= 0) return 1;
  const times = used.replicas / replicas;
  return times >= leastFewer ? times : 1;
}

/** 1 for values that are all alike, less the more they scatter: 1 ÷ (1 + standard deviation ÷ mean). */
export function steadiness(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (!(mean > 0)) return 1;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return 1 / (1 + Math.sqrt(variance) / mean);
}

/** How much of what should be known is known, times how steady it is. */
export const confidenceOf = ({ coverage }: Known, values: readonly number[]): number =>
  Number((coverage * steadiness(values)).toFixed(3));
