/** What is kept of the values of one bucket: enough for every statistic, however many values there were. */
export interface Aggregate {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came; absent once a statistic set came, which does not say how its values are spread. */
  spread: Map<number, number> | undefined;
  /** Significant digits of the values in `spread`; 0 = exact. */
  digits: number;
}

export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** More distinct values than this in one bucket are kept rounded: percentiles stay near, memory stays bounded. */
const exactValues = 500;
const coarser: Readonly<Record<number, number>> = { 0: 3, 3: 2, 2: 2 };

export const emptyAggregate = (): Aggregate => ({
  count: 0,
  sum: 0,
  minimum: Infinity,
  maximum: -Infinity,
  spread: new Map(),
  digits: 0,
});

const rounded = (value: number, digits: number) => (digits === 0 ? value : Number(value.toPrecision(digits)));

function spreadOut(aggregate: Aggregate, values: Iterable<readonly [number, number]>): void {
  const { spread, digits } = aggregate;
  if (spread === undefined) return;
  for (const [value, count] of values) {
    const key = rounded(value, digits);
    spread.set(key, (spread.get(key) ?? 0) + count);
  }
  if (spread.size <= exactValues || digits === 2) return;
  aggregate.digits = coarser[digits] ?? 2;
  aggregate.spread = new Map();
  spreadOut(aggregate, spread);
}

function addTotals(aggregate: Aggregate, { count, sum, minimum, maximum }: StatisticSet): void {
  aggregate.count += count;
  aggregate.sum += sum;
  aggregate.minimum = Math.min(aggregate.minimum, minimum);
  aggregate.maximum = Math.max(aggregate.maximum, maximum);
}

/** Adds a value that came `count` times. */
export function addValue(aggregate: Aggregate, value: number, count = 1): void {
  addTotals(aggregate, { count, sum: value * count, minimum: value, maximum: value });
  spreadOut(aggregate, [[value, count]]);
}

/** Adds a statistic set; only one whose values are all the same leaves percentiles possible. */
export function addSet(aggregate: Aggregate, set: StatisticSet): void {
  addTotals(aggregate, set);
  if (set.minimum === set.maximum) spreadOut(aggregate, [[set.minimum, set.count]]);
  else aggregate.spread = undefined;
}

export function merge(into: Aggregate, from: Aggregate): void {
  addTotals(into, from);
  if (from.spread === undefined) into.spread = undefined;
  else spreadOut(into, from.spread);
}

/** The smallest value that at least `percent` of the values do not exceed; none for sets and for negative values. */
export function percentile({ spread, count, minimum }: Aggregate, percent: number): number | undefined {
  if (spread === undefined || minimum < 0) return undefined;
  const ordered = [...spread].sort(([a], [b]) => a - b);
  const wanted = (count * percent) / 100;
  let seen = 0;
  for (const [value, times] of ordered) {
    seen += times;
    if (seen >= wanted) return value;
  }
  return ordered.at(-1)?.[0];
}
