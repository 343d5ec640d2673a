import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import { ringOf, rounded, valuesOf, type Ring, type Shape, type Value, type Values } from './ring.ts';
import { combined, statisticOf } from './statistic.ts';

/** Clouds say what they measured up to three minutes late: a window is put together when that has passed. */
const settleSeconds = 180;

export interface Minutes {
  readonly metric: MeasuredName;
  readonly values: Values;
  /** Minutes before this may have been let go of already. */
  readonly intactFrom: number;
}

/** The windows of the minutes at hand, of any age. */
export function windowsOf({ metric, values }: Pick<Minutes, 'metric' | 'values'>, { step }: Shape): Map<number, Value> {
  const minutes = new Map<number, number[]>();
  for (const [at, { value }] of values) {
    const start = at - (at % step);
    const found = minutes.get(start);
    if (found === undefined) minutes.set(start, [value]);
    else found.push(value);
  }
  const statistic = statisticOf(metric);
  return new Map(
    [...minutes].map(([start, known]) => [start, { value: rounded(combined(statistic, known)), known: known.length }]),
  );
}

/**
 * The ring with every window put into it that has settled; the very same ring when nothing is new. A window some of whose minutes are
 * gone stays as it was put together when they were there.
 */
export function rolledUp(
  minutes: Minutes,
  ring: Ring | undefined,
  { shape, now }: { shape: Shape; now: number },
): Ring | undefined {
  const kept = valuesOf(ring, shape);
  let changed = false;
  for (const [start, window] of windowsOf(minutes, shape)) {
    const known = kept.get(start);
    const open = start + shape.step + settleSeconds > now;
    if (open || (known !== undefined && start < minutes.intactFrom) || isSame(known, window)) continue;
    kept.set(start, window);
    changed = true;
  }
  return changed ? ringOf(kept, shape) : ring;
}

const isSame = (a: Value | undefined, b: Value): boolean => a?.value === b.value && a.known === b.known;

/** A ring as people read it: with the windows that have not settled yet, from the minutes there are. */
export function withOpenWindows(metric: MeasuredName, ring: Ring | undefined, values: Values, shape: Shape): Values {
  const kept = valuesOf(ring, shape);
  for (const [start, window] of windowsOf({ metric, values }, shape)) if (!kept.has(start)) kept.set(start, window);
  return kept;
}
