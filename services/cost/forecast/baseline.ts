import { weekday } from '../../../shared/domain/calendar.ts';
import { median, slope, spread, type Point } from './robust.ts';

/** What one day cost. Days are numbers, see calendar.ts. */
export interface Spent {
  readonly day: number;
  readonly micros: number;
}

/** What a day like it usually costs. */
export interface Baseline {
  readonly expected: (day: number) => number;
  /** Standard deviation of a single day, as a share of what is expected. */
  readonly noise: number;
  /** Growth a day in micro-units; zero where none can be told from noise. */
  readonly slope: number;
  /** Days it rests on. */
  readonly days: number;
}

/** Level and trend follow from this many of the latest days … */
const levelDays = 14;
const trendDays = 28;
/** … and the week's shape from all of them, where it has been seen that often. */
const leastPerWeekday = 3;
/** Fewer say nothing about what is usual. */
const leastDays = 3;
/** Of a weekday on which nearly nothing is spent, nothing can be said about the level. */
const leastFactor = 0.2;

/**
 * Robust and seasonal: the level of the latest two weeks, free of the shape of the week, with the trend where there is one. A few wild
 * days change nothing; a new level becomes the usual one after a week and a day.
 * @param history days that are complete, in order; days that are not there are unknown
 * @param least with fewer there is none
 */
export function baselineOf(history: readonly Spent[], least = leastDays): Baseline | undefined {
  if (history.length < least) return undefined;
  const { factor, points: all } = withoutWeek(history);
  const points = all.slice(-trendDays);
  const latest = points.slice(-levelDays);
  const origin = latest.at(-1)?.x ?? 0;
  const rise = trendOf(points, latest);
  const level = median(latest.map(({ x, y }) => y - rise * (x - origin))) ?? 0;
  const at = (day: number): number => Math.max(0, level + rise * (day - origin));
  return {
    expected: (day) => at(day) * factor(day),
    noise: level > 0 ? noiseOf(points, at) / level : 0,
    slope: rise,
    days: history.length,
  };
}

/** The days as they would be if all weekdays were alike, without those on which nearly nothing is spent; and each weekday's share. */
export function withoutWeek(history: readonly Spent[]) {
  const factors = weekFactors(history);
  const factor = (day: number): number => factors[weekday(day)] ?? 1;
  const usable = history.filter(({ day }) => factor(day) >= leastFactor);
  return { factor, points: usable.map(({ day, micros }): Point => ({ x: day, y: micros / factor(day) })) };
}

/**
 * A slope counts when it is three times what noise alone would make (the standard error of a line through so many days), and describes
 * the latest days no worse than a level does: a step in the past makes slopes, too.
 */
function trendOf(points: readonly Point[], latest: readonly Point[]): number {
  if (points.length < levelDays) return 0;
  const rise = slope(points);
  const error = stepNoise(points) * Math.sqrt(12 / points.length ** 3);
  const flat = spread(latest.map(({ y }) => y)) ?? 0;
  const sloped = spread(latest.map(({ x, y }) => y - rise * x)) ?? 0;
  return Math.abs(rise) > 3 * error && sloped <= flat ? rise : 0;
}

/** Differences of neighbours know nothing of steps and trends. */
function stepNoise(points: readonly Point[]): number {
  const steps = points.slice(1).map(({ y }, i) => (y - (points[i]?.y ?? y)) / Math.SQRT2);
  return spread(steps, 0) ?? 0;
}

/** Deviations from the level know of slow swings, which neighbours do not. The larger counts. */
function noiseOf(points: readonly Point[], at: (day: number) => number): number {
  const deviations = points.slice(-levelDays).map(({ x, y }) => y - at(x));
  return Math.max(stepNoise(points), spread(deviations, 0) ?? 0);
}

/** Share of the level that each weekday has; all 1 where the week has no shape. 0 is Sunday. */
function weekFactors(history: readonly Spent[]): readonly number[] {
  const around = localMedians(history);
  const ratios = history.flatMap(({ day, micros }, i) => {
    const usual = around[i] ?? 0;
    return usual > 0 ? [{ day, ratio: micros / usual }] : [];
  });
  const factors = Array.from({ length: 7 }, (_, each) => {
    const own = ratios.filter(({ day }) => weekday(day) === each).map(({ ratio }) => ratio);
    return own.length >= leastPerWeekday ? (median(own) ?? 1) : 1;
  });
  const left = (by: (day: number) => number): number =>
    median(ratios.map(({ day, ratio }) => Math.abs(ratio - by(day)))) ?? 0;
  const mean = (by: (day: number) => number): number =>
    ratios.reduce((sum, { day, ratio }) => sum + Math.min(1, Math.abs(ratio - by(day))), 0);
  const seasonal = (day: number): number => factors[weekday(day)] ?? 1;
  // A week in which only Sundays differ moves the mean of what is left, not the median; noise moves neither by much.
  const helps = mean(seasonal) < 0.8 * mean(() => 1) && left(seasonal) <= 1.2 * left(() => 1);
  return helps ? factors : [1, 1, 1, 1, 1, 1, 1];
}

/** Median of the week around each day: it holds each weekday once, so the week's shape is not in it. */
function localMedians(history: readonly Spent[]): number[] {
  let first = 0;
  let after = 0;
  return history.map(({ day }) => {
    while ((history[first]?.day ?? Infinity) < day - 3) first++;
    while ((history[after]?.day ?? Infinity) <= day + 3) after++;
    return median(history.slice(first, after).map(({ micros }) => micros)) ?? 0;
  });
}
