import { daysOf, monthsLater } from '../../../shared/domain/calendar.ts';
import { baselineOf, type Baseline, type Spent } from './baseline.ts';
import type { Coverage } from './coverage.ts';
import { median, spread } from './robust.ts';

/** What a month will come to, and the range in which that lies eight times in ten. Micro-units. */
export interface MonthForecast {
  readonly micros: number;
  readonly lowMicros: number;
  readonly highMicros: number;
}

/** Of one provider, in one currency; days in order. */
export interface ForecastInput {
  readonly month: string;
  /** Today's number: it and later days have not been. */
  readonly today: number;
  /** Cost of use, at least of the weeks before the month. A day without an entry cost nothing, if the bills tell of it at all. */
  readonly usage: ReadonlyMap<number, number>;
  /** Purchases and taxes: they come on their days, not by the day. */
  readonly recurring: ReadonlyMap<number, number>;
  /** Credits, refunds, corrections: what is there counts, more of it is not expected. */
  readonly other: ReadonlyMap<number, number>;
  readonly coverage: Coverage;
}

/** What is older says little about next week. */
const historyDays = 56;
/** Without a complete day in so many, nothing is forecast. */
const staleDays = 14;
/** 80 % of a normal distribution lie within so many standard deviations. */
const eightInTen = 1.2816;

/**
 * Days that are complete count as they are, days that are partly known by what is known of them, all others by what days like them
 * cost lately: in the first days of a month those are the last month's.
 * @returns undefined where too little is known: never a zero that would read as a forecast
 */
export function forecastMonth(input: ForecastInput): MonthForecast | undefined {
  const { month, today, coverage } = input;
  const days = range(daysOf(month));
  const history = historyOf(input);
  const baseline = baselineOf(history);
  const certain = days.every((day) => coverage.of(day).kind === 'complete');
  if (!certain && (baseline === undefined || (history.at(-1)?.day ?? -Infinity) < today - staleDays)) return undefined;
  const parts = days.map((day) => dayOf(day, input, baseline));
  const { from, to } = daysOf(month);
  const inMonth = (amounts: ReadonlyMap<number, number>): number =>
    [...amounts].reduce((sum, [day, micros]) => sum + (day >= from && day < to ? micros : 0), 0);
  const fixed = inMonth(input.recurring) + inMonth(input.other) + (certain ? 0 : recurringStill(input));
  const known = parts.reduce((sum, { sure }) => sum + sure, 0);
  const guessed = parts.reduce((sum, { guess }) => sum + guess, 0);
  const range80 = baseline === undefined ? 0 : eightInTen * deviation(parts, baseline, history);
  return {
    micros: Math.round(fixed + known + guessed),
    lowMicros: Math.round(fixed + known + Math.max(0, guessed - range80)),
    highMicros: Math.round(fixed + known + guessed + range80),
  };
}

interface Part {
  /** Stands in the bill; more may come, less will not. */
  readonly sure: number;
  readonly guess: number;
}

function dayOf(day: number, { usage, coverage }: ForecastInput, baseline: Baseline | undefined): Part {
  const known = coverage.of(day);
  const spent = usage.get(day) ?? 0;
  const expected = baseline?.expected(day) ?? 0;
  switch (known.kind) {
    case 'complete':
      return { sure: spent, guess: 0 };
    case 'partial':
      return { sure: spent, guess: Math.max(0, spent / known.share - spent) };
    case 'open':
      return { sure: spent, guess: Math.max(0, expected - spent) };
    case 'missing':
      return { sure: 0, guess: expected };
  }
}

function historyOf({ usage, coverage, today }: ForecastInput): Spent[] {
  return range({ from: today - historyDays, to: today + 1 })
    .filter((day) => coverage.of(day).kind === 'complete')
    .map((day) => ({ day, micros: usage.get(day) ?? 0 }));
}

/**
 * Three doubts: the days themselves, the level they stand on (known from some days only), and how far levels wander, which grows with
 * the time until then.
 */
function deviation(parts: readonly Part[], { noise }: Baseline, history: readonly Spent[]): number {
  const guessed = parts.map(({ guess }) => guess).filter((guess) => guess > 0);
  const sum = guessed.reduce((a, b) => a + b, 0);
  const squares = guessed.reduce((a, b) => a + b * b, 0);
  const level = (1.2533 * noise) / Math.sqrt(Math.min(14, history.length));
  // Of a random walk, weekly means differ by 14/3 of a day's variance; the level is two weeks wide and has to last to the month's end.
  const wander = wandering(history, noise) * Math.sqrt((guessed.length + 14) / 14);
  return Math.sqrt(noise * noise * squares + (level * level + wander * wander) * sum * sum);
}

/** How much the cost of one week differs from that of the week before, beyond what the noise of its days explains. Share. */
function wandering(history: readonly Spent[], noise: number): number {
  const last = history.at(-1)?.day ?? 0;
  const weeks = Array.from({ length: 8 }, (_, week) => {
    const own = history.filter(({ day }) => day <= last - 7 * week && day > last - 7 * (week + 1));
    return own.length < 5 ? undefined : own.reduce((sum, { micros }) => sum + micros, 0) / own.length;
  });
  const changes = weeks.slice(1).flatMap((before, i) => {
    const after = weeks[i];
    return before === undefined || after === undefined || before <= 0 ? [] : [after / before - 1];
  });
  const seen = spread(changes, 0) ?? 0;
  return Math.sqrt(Math.max(0, seen * seen - (2 * noise * noise) / 7));
}

/** Purchases and taxes that came later in the month than the bills reach now, in the middle one of the last three months. */
function recurringStill({ month, recurring, coverage }: ForecastInput): number {
  const { from } = daysOf(month);
  const reached = Math.max(-1, coverage.last - from);
  const earlier = [1, 2, 3].flatMap((back) => {
    const before = daysOf(monthsLater(month, -back));
    if (coverage.first > before.from) return [];
    const later = [...recurring].filter(([day]) => day > before.from + reached && day < before.to);
    return later.reduce((sum, [, micros]) => sum + micros, 0);
  });
  return Math.max(0, median(earlier) ?? 0);
}

function range({ from, to }: { readonly from: number; readonly to: number }): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Providers are told apart because each bills at its own pace; their doubts are taken to be independent. */
export function combined(forecasts: readonly MonthForecast[]): MonthForecast | undefined {
  if (forecasts.length === 0) return undefined;
  const micros = forecasts.reduce((sum, each) => sum + each.micros, 0);
  const root = (side: (each: MonthForecast) => number): number =>
    Math.round(Math.sqrt(forecasts.reduce((sum, each) => sum + (side(each) - each.micros) ** 2, 0)));
  return {
    micros,
    lowMicros: micros - root(({ lowMicros }) => lowMicros),
    highMicros: micros + root(({ highMicros }) => highMicros),
  };
}
