import { weekdays, type ScheduledReplicas } from '../../contracts/scheduled-replicas.ts';
import type { Static } from 'typebox';
import { dayMs } from '../calendar.ts';
import { instantOf, wallClock } from './zone.ts';

/** Replica counts by the clock. Times are milliseconds since the epoch; nothing here knows what time it is. */

export type ScheduleWindow = Readonly<Static<typeof ScheduledReplicas>>;

export interface Scheduled {
  /** Outside of all windows. */
  readonly replicas: number;
  readonly schedule?: readonly ScheduleWindow[];
}

/** A schedule repeats every week; a window that begins on its last evening ends a day later. */
const weekMs = 7 * dayMs;

interface Span {
  readonly from: number;
  /** The first instant that is not meant. */
  readonly to: number;
}

interface Plan {
  readonly spans: readonly (readonly Span[])[];
  readonly counts: readonly number[];
  readonly otherwise: number;
}

/** How many replicas are wanted at an instant: of the first window it lies in. */
export function replicasAt(service: Scheduled, now: number): number {
  return service.schedule === undefined ? service.replicas : wantedAt(planOf(service, now, 0), now);
}

/** The next instant at which another number is wanted; undefined where it is always the same. */
export function nextChange(service: Scheduled, now: number): number | undefined {
  if (service.schedule === undefined) return undefined;
  const plan = planOf(service, now, weekMs + dayMs);
  const wanted = wantedAt(plan, now);
  return edgesOf(plan, now, Infinity).find((edge) => wantedAt(plan, edge) !== wanted);
}

/** The mean over the week that begins now, weighted by time. */
export function meanReplicas(service: Scheduled, now: number): number {
  if (service.schedule === undefined) return service.replicas;
  const plan = planOf(service, now, weekMs);
  const edges = [now, ...edgesOf(plan, now, now + weekMs), now + weekMs];
  const replicaMs = edges.slice(1).reduce((sum, edge, i) => {
    const from = edges[i] ?? edge;
    return sum + wantedAt(plan, from) * (edge - from);
  }, 0);
  return replicaMs / weekMs;
}

/** The most that is ever wanted: what must find room. */
export function peakReplicas({ replicas, schedule = [] }: Scheduled): number {
  return Math.max(replicas, ...schedule.map((each) => each.replicas));
}

function wantedAt({ spans, counts, otherwise }: Plan, instant: number): number {
  const first = spans.findIndex((each) => each.some(({ from, to }) => from <= instant && instant < to));
  return counts[first] ?? otherwise;
}

/** Where windows begin and end, in order, without those outside the bounds (exclusive). */
function edgesOf({ spans }: Plan, after: number, before: number): number[] {
  const edges = spans.flatMap((each) => each.flatMap(({ from, to }) => [from, to]));
  return [...new Set(edges)].filter((edge) => edge > after && edge < before).sort((a, b) => a - b);
}

function planOf({ schedule = [], replicas }: Scheduled, now: number, aheadMs: number): Plan {
  return {
    spans: schedule.map((window) => spansOf(window, now, aheadMs)),
    counts: schedule.map((window) => window.replicas),
    otherwise: replicas,
  };
}

/** When a window is open, from the one that may have begun yesterday to the last that begins in the time ahead. */
function spansOf({ days, from, to, timezone = 'UTC' }: ScheduleWindow, now: number, aheadMs: number): Span[] {
  const today = Math.floor(wallClock(now, timezone) / dayMs) * dayMs;
  const [begins, ends] = [sinceMidnight(from), sinceMidnight(to)];
  // Its end is a time of day, and not so many hours after the beginning: on the day a clock is set they differ.
  const nightly = ends <= begins ? dayMs : 0;
  const count = Math.ceil(aheadMs / dayMs) + 3;
  return Array.from({ length: count }, (_, i) => today + (i - 1) * dayMs)
    .filter((midnight) => days === undefined || days.includes(weekdayOf(midnight)))
    .map((midnight) => ({
      from: instantOf(midnight + begins, timezone),
      to: instantOf(midnight + nightly + ends, timezone),
    }));
}

function sinceMidnight(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

/** The first of January 1970 was a Thursday. */
function weekdayOf(midnight: number): (typeof weekdays)[number] {
  const day = (((midnight / dayMs + 3) % 7) + 7) % 7;
  return weekdays[day] ?? 'mon';
}
