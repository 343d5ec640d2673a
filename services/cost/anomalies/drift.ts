import { withoutWeek, type Spent } from '../forecast/baseline.ts';
import { median, slope, trendScore, type Point } from '../forecast/robust.ts';
import type { DetectOptions, Run, SeriesDay } from './detect.ts';

/** Growth is looked for in so many of the latest days: in the longer stretch what is slower, or hidden by more noise. */
const stretches = [28, 42] as const;
/** Of them so many must be known, and so many before them, whose level is what it has grown from. */
const knownShare = 0.7;
const leastBefore = 10;
/** Deviations from what chance would give. */
const clearly = 4;
/** A level that has risen by less wanders; a bill is not the same each month. */
const leastGrowth = 0.25;
/** The level before is that of its highest week: what comes back has not grown. */
const weekDays = 7;
/** As many days as the longer stretch stand before it. */
const lookBack = 84;
/** It is one growth that pauses, not two, within so many days. */
const longestPause = 14;
/** A run that is said to have shifted was known to after so many days. */
const shiftDays = 7;
const stepDays = 14;

/** Days on which a level was seen to grow, as the runs they are: what pauses is one. */
export function asRuns(growing: readonly Run[]): readonly Run[] {
  const found: Run[] = [];
  for (const seen of growing) {
    const last = found.at(-1);
    if (last === undefined || seen.day > last.day + longestPause) found.push(seen);
    else found[found.length - 1] = { ...seen, since: last.since, days: seen.day - last.since + 1 };
  }
  return found;
}

/**
 * Costs that grow a little every day: a leak, a log nobody deletes, a disk that fills. No day of them sticks out, because the days before
 * it are as high. The latest weeks, free of the shape of the week, must rise (Mann-Kendall) at a slope (Theil-Sen) that has carried them
 * above the highest of the weeks before them by the minimum impact and a quarter, and a line must describe them better than a step.
 * What was told to be sudden is taken out before. Each day is looked at with nothing but the days up to it. Pure.
 *
 * @param sudden runs that `detect` found in the same days
 * @returns a run up to each day on which it is seen
 */
export function growingDays(
  series: readonly SeriesDay[],
  sudden: readonly Run[],
  options: DetectOptions,
): readonly Run[] {
  const days = series.filter(({ open }) => !open).map(({ day, micros }) => ({ day, micros: Math.max(0, micros) }));
  return days.flatMap(({ day }, i) => {
    const history = days.slice(Math.max(0, i + 1 - lookBack), i + 1);
    if (day < options.from || !mayHaveGrown(history, options)) return [];
    return driftAt(levelled(history, day, sudden), history, options) ?? [];
  });
}

/** Cheap, and true wherever the rest could be: the latest week lags behind the line, and is noisier than it. */
function mayHaveGrown(history: readonly Spent[], { minimumMicros }: DetectOptions): boolean {
  const micros = history.map((each) => each.micros);
  const [before, now] = [median(micros.slice(0, Math.ceil(micros.length / 2))), median(micros.slice(-7))];
  if (before === undefined || now === undefined) return false;
  return now - before > Math.max(minimumMicros, leastGrowth * before) / 3;
}

/** Without the days that stuck out; what was before a level that shifted is scaled to what it is since. */
function levelled(history: readonly Spent[], today: number, sudden: readonly Run[]): readonly Spent[] {
  return sudden.reduce<readonly Spent[]>((days, { since, day, shifted }) => {
    if (since > today) return days;
    if (!shifted || since + shiftDays > today) return days.filter((each) => each.day < since || each.day > day);
    const factor = stepAt(days, since);
    return days.map((each) => (each.day < since ? { ...each, micros: each.micros * factor } : each));
  }, history);
}

/** By what the level was multiplied on that day: two weeks of each side, where there are so many. */
function stepAt(days: readonly Spent[], since: number): number {
  const near = days.filter(({ day }) => Math.abs(day - since + 0.5) < stepDays);
  const [before, after] = [true, false].map((earlier) =>
    median(near.filter(({ day }) => day < since === earlier).map(({ micros }) => micros)),
  );
  return before === undefined || after === undefined || before <= 0 ? 1 : after / before;
}

function driftAt(days: readonly Spent[], actual: readonly Spent[], options: DetectOptions): Run | undefined {
  const { points, factor } = withoutWeek(days);
  const last = actual.at(-1);
  if (last === undefined) return undefined;
  for (const length of stretches) {
    const grown = grownIn(points, { today: last.day, length, options });
    if (grown === undefined) continue;
    const { usual, since, rise, score } = grown;
    const own = actual.filter(({ day }) => day >= since);
    const level = usual + rise;
    return {
      kind: 'slow',
      ...{ since, day: last.day, days: last.day - since + 1, shifted: false },
      actualMicros: Math.round(level),
      expectedMicros: Math.round(usual),
      impactMicros: Math.round(own.reduce((sum, { day, micros }) => sum + micros - usual * factor(day), 0)),
      score: Math.round(score * 10) / 10,
    };
  }
  return undefined;
}

interface Growing {
  readonly today: number;
  readonly length: number;
  readonly options: DetectOptions;
}

interface Grown {
  readonly usual: number;
  /** Above the usual, today. */
  readonly rise: number;
  /** The day on which the line leaves the usual. */
  readonly since: number;
  readonly score: number;
}

function grownIn(points: readonly Point[], { today, length, options }: Growing): Grown | undefined {
  const begin = today - length;
  const latest = points.filter(({ x }) => x > begin);
  const before = points.filter(({ x }) => x <= begin);
  if (latest.length < knownShare * length || before.length < leastBefore) return undefined;
  const usual = highestWeek(before, begin);
  const daily = slope(latest);
  const level = median(latest.map(({ x, y }) => y + daily * (today - x))) ?? 0;
  const rise = level - usual;
  if (daily <= 0 || rise < options.minimumMicros || rise < leastGrowth * usual) return undefined;
  const score = trendScore(latest.map(({ y }) => y));
  if (score < clearly || !isGradual(latest, { daily, level, today })) return undefined;
  const since = Math.round(today - rise / daily);
  return { usual, rise, score, since: Math.min(today, Math.max(begin + 1, since)) };
}

/** Of whole weeks back from there; a week of which little is known says nothing. */
function highestWeek(points: readonly Point[], end: number): number {
  const weeks = Map.groupBy(points, ({ x }) => Math.floor((end - x) / weekDays));
  const levels = [...weeks.values()]
    .filter((week) => week.length >= 3)
    .map((week) => median(week.map(({ y }) => y)) ?? 0);
  return Math.max(0, ...levels);
}

interface Line {
  readonly daily: number;
  readonly level: number;
  readonly today: number;
}

/** A step has a slope, too, and is none. */
function isGradual(points: readonly Point[], { daily, level, today }: Line): boolean {
  const offLine = points.reduce((sum, { x, y }) => sum + Math.abs(y - level + daily * (today - x)), 0);
  const values = points.map(({ y }) => y);
  const around = (some: readonly number[]): number => {
    const centre = median(some) ?? 0;
    return some.reduce((sum, value) => sum + Math.abs(value - centre), 0);
  };
  return values.every((_, i) => i === 0 || around(values.slice(0, i)) + around(values.slice(i)) >= offLine);
}
