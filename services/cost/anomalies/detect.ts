import type { AnomalyKind } from '../../../shared/contracts/cost-anomaly.ts';
import { baselineOf, type Spent } from '../forecast/baseline.ts';
import { sameDayLastMonth } from './calendar-twin.ts';
import { median } from '../forecast/robust.ts';
import { rebased, type Pending } from './rebase.ts';

/** One day of a series. Days that are not there are unknown. */
export interface SeriesDay extends Spent {
  /** More may come; what is there is enough to be too much, but says nothing about what is usual. */
  readonly open: boolean;
}

export interface DetectOptions {
  /** Robust standard deviations from what is expected. */
  readonly sensitivity: number;
  /** A day must cost so much more than expected. */
  readonly minimumMicros: number;
  /** The usual is taken from so many days. */
  readonly days: number;
  /** Days before this number are only learned from. */
  readonly from: number;
}

/** Days that cost more than they should: consecutive ones that stick out, or a level that rises a little every day. */
export interface Run {
  readonly kind: AnomalyKind;
  readonly since: number;
  /** Its last day so far. Of a slow one, its amounts are levels: of the day it is, and of the weeks before. */
  readonly day: number;
  readonly days: number;
  readonly actualMicros: number;
  readonly expectedMicros: number;
  /** Over all its days. */
  readonly impactMicros: number;
  readonly score: number;
  /** It lasted so long that its level is the usual one from here on. */
  readonly shifted: boolean;
}

/** Fewer days say nothing about what is usual. */
const leastDays = 14;
/** The evenest of series varies by this, some day: four times that is a fifth. */
const leastNoise = 0.05;
/** A rise that lasts so many days is believed though none of them is far out by itself … */
const lasting = 3;
/** … from a little more than its due share of a deviation on. */
const lastingFactor = 1.25;
/** The week before such a rise. */
const creepDays = 7;
/** After so many days a new level is the usual one: two of each kind of day, and nobody looks at it any more. */
const shiftDays = 7;
/** A fall is believed sooner: nobody is told of it, and rises from the lower level are seen. */
const fallDays = 4;

/** Of a day that sticks out so many deviations are learned: medians bear it, and a level that rises slowly is followed. */
const believed = 2;

interface Walk {
  history: Spent[];
  /** Days of the run that goes on. */
  high: Pending[];
  low: Pending[];
  /** What the latest days were above (or below) what was expected, in standard deviations. */
  readonly scores: number[];
  /** Days that stuck out, with by how much. */
  readonly peaks: Map<number, number>;
  readonly runs: Run[];
}

/**
 * Walks along the days, and compares each with what the days before it make expected (`baselineOf`: weekdays, level, trend). What stuck
 * out is not learned from, until it has lasted long enough to be usual: then what was before is scaled to the new level, and keeps the
 * shape of its weeks. Pure.
 */
export function detect(series: readonly SeriesDay[], options: DetectOptions): readonly Run[] {
  const walk: Walk = { history: [], high: [], low: [], scores: [], peaks: new Map(), runs: [] };
  for (const each of series) {
    if (each.day < options.from) learn(walk, each);
    else look(walk, each, options);
  }
  if (walk.high.length > 0) walk.runs.push(runOf(walk.high, false));
  return walk.runs;
}

function learn({ history }: Walk, { day, micros, open }: SeriesDay): void {
  if (!open) history.push({ day, micros: Math.max(0, micros) });
}

function look(walk: Walk, each: SeriesDay, options: DetectOptions): void {
  const baseline = baselineOf(walk.history.slice(-options.days), leastDays);
  if (baseline === undefined) {
    learn(walk, each);
    return;
  }
  const { day, micros, open } = each;
  const expected = baseline.expected(day);
  const least = options.minimumMicros / options.sensitivity / 2;
  const deviation = Math.max(expected * Math.max(baseline.noise, leastNoise), least);
  const score = (micros - expected) / deviation;
  const seen: Pending = { day, micros, expected, score };
  if (isHigh(walk, seen, options)) rise(walk, seen, open);
  else if (!open) settle(walk, seen, options);
}

function isHigh(walk: Walk, { day, micros, expected, score: seen }: Pending, options: DetectOptions): boolean {
  const { scores, peaks } = walk;
  const excess = micros - expected;
  const creep = creepOf(walk);
  const score = seen - creep;
  if (excess < options.minimumMicros || score <= 0) return false;
  const recent = [...scores.slice(1 - lasting).map((each) => each - creep), score];
  const together = recent.reduce((sum, each) => sum + Math.min(each, options.sensitivity), 0) / Math.sqrt(lasting);
  const lasts = recent.length === lasting && recent.every((each) => each > 1);
  const high = score >= options.sensitivity || (lasts && together >= lastingFactor * options.sensitivity);
  // What comes every month on its day is no news, from the second time on.
  return high && !sameDayLastMonth(peaks, day, excess);
}

/**
 * By how much days before a run stood above what was expected of them: a level that creeps up is always a little behind itself, and each
 * day of it a little high. What sticks out does so beside those, too.
 */
function creepOf({ scores, high }: Walk): number {
  const before = scores.slice(-creepDays - lasting + 1, 1 - lasting);
  return high.length > 0 || before.length < creepDays ? 0 : Math.max(0, median(before) ?? 0);
}

function rise(walk: Walk, seen: Pending, open: boolean): void {
  walk.high.push(seen);
  if (open) return;
  remember(walk, seen, seen.expected + (believed * (seen.micros - seen.expected)) / Math.max(1, seen.score));
  if (walk.high.length < shiftDays) return;
  walk.runs.push(runOf(walk.high, true));
  walk.history = rebased(walk.history, walk.high);
  walk.high = [];
  walk.scores.length = 0;
}

/** A day that is as usual ends the run, unless it could not show what the days before it did, or still shows half of it. */
function settle(walk: Walk, seen: Pending, options: DetectOptions): void {
  const factor = median(walk.high.map(({ micros, expected }) => (expected > 0 ? micros / expected : 1)));
  const shown = factor === undefined ? undefined : (factor - 1) * seen.expected;
  if (shown !== undefined && shown < options.minimumMicros) {
    remember(walk, seen, seen.expected);
    return;
  }
  if (shown !== undefined && seen.micros - seen.expected >= shown / 2) {
    rise(walk, seen, false);
    return;
  }
  end(walk);
  fall(walk, seen, options);
}

function end(walk: Walk): void {
  if (walk.high.length > 0) walk.runs.push(runOf(walk.high, false));
  walk.high = [];
}

function fall(walk: Walk, seen: Pending, { sensitivity }: DetectOptions): void {
  const isLow = seen.score <= -sensitivity;
  const sticksOut = Math.abs(seen.score) >= sensitivity;
  remember(walk, seen, sticksOut ? seen.expected : seen.micros);
  walk.low = isLow ? [...walk.low, seen] : [];
  if (walk.low.length < fallDays) return;
  walk.history = rebased(walk.history, walk.low);
  walk.low = [];
  walk.scores.length = 0;
}

function remember({ history, scores, peaks }: Walk, { day, micros, expected, score }: Pending, learned: number): void {
  history.push({ day, micros: Math.max(0, learned) });
  scores.push(score);
  if (score > 0) peaks.set(day, micros - expected);
}

function runOf(days: readonly Pending[], shifted: boolean): Run {
  const [first] = days;
  const last = days.at(-1);
  const impact = days.reduce((sum, { micros, expected }) => sum + micros - expected, 0);
  return {
    kind: 'sudden',
    since: first?.day ?? 0,
    day: last?.day ?? 0,
    days: days.length,
    actualMicros: Math.round(last?.micros ?? 0),
    expectedMicros: Math.round(last?.expected ?? 0),
    impactMicros: Math.round(impact),
    score: Math.round(days.reduce((most, { score }) => Math.max(most, score), 0) * 10) / 10,
    shifted,
  };
}
