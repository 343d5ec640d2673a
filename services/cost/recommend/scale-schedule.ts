import type { ServiceSpec } from '../../../shared/contracts/application-spec.ts';
import { weekdays } from '../../../shared/contracts/scheduled-replicas.ts';
import { servingOf, type Facts, type Propose } from './facts.ts';
import { confidenceOf, crowding, knownOf } from './known.ts';
import { monthlyOf, spreadOver } from './monthly.ts';
import { changed, money, percent } from './proposal.ts';
import { isShared, replicaFloor } from './replica-floor.ts';

type Window = NonNullable<ServiceSpec['schedule']>[number];
type Weekday = (typeof weekdays)[number];

/** Each weekday twice at least: once may be a holiday. */
const leastDays = 14;
const leastSeen = 2;
/** A shorter pause is not worth a rollout. */
const leastHours = 4;
const hoursOfWeek = 168;

const groups: readonly (readonly Weekday[])[] = [weekdays.slice(0, 5), weekdays.slice(5)];

/**
 * Hours of the day, on working days and on weekends, in which fewer replicas did the work: the highest minute of each hour in all the
 * weeks seen, with head-room. One window for each of the two, in UTC.
 */
export const scaleSchedule: Propose = (facts) => {
  const { service, stated, placed, offerings } = facts;
  const known = knownOf(facts);
  if (!isShared(service) || stated.schedule !== undefined || service.replicas < 2) return undefined;
  if (facts.days.length < leastDays) return undefined;
  const windows = groups.flatMap((days) => windowOf(facts, days) ?? []);
  if (windows.length === 0) return undefined;
  const saved = windows.reduce(
    (sum, { days = [], hours, replicas }) => sum + days.length * hours * (service.replicas - replicas),
    0,
  );
  const mean = service.replicas - saved / hoursOfWeek;
  const now = monthlyOf(service, placed, offerings);
  const then = monthlyOf(service, thinned(placed, mean / service.replicas), offerings);
  if (now === undefined || then === undefined || then >= now) return undefined;
  const schedule = windows.map(({ hours: _, ...window }): Window => window);
  const told = schedule.map(
    ({ days = [], from, to, replicas }) => `${days[0]}–${days.at(-1)} ${from}–${to}: ${replicas}`,
  );
  return {
    kind: 'scale-schedule',
    monthlySavingMicros: now - then,
    oneOffMicros: 0,
    confidence: confidenceOf(known, [...quietest(facts)]),
    risk: service.tier === 'critical' ? 'high' : 'medium',
    reason: `${service.name} is little used at times: ${told.join('; ')} replicas would have been enough in all ${facts.days.length} days seen, and ${percent((now - then) / now)} less. Whoever comes at an unusual hour meets fewer of them.`,
    evidence: [
      { name: 'days.known', value: facts.days.length, unit: 'd' },
      { name: 'replicas.now', value: service.replicas, unit: '{replica}' },
      { name: 'replicas.mean', value: Number(mean.toFixed(2)), unit: '{replica}' },
      ...told.map((value) => ({ name: 'window.utc', value })),
      money('cost.now', now),
      money('cost.proposed', then),
    ],
    change: [changed('/schedule', stated.schedule, schedule)],
  };
};

const thinned = (placed: Facts['placed'], share: number): Facts['placed'] =>
  placed.map((each) => (each.role === 'standby' ? each : { ...each, replicas: each.replicas * share }));

interface Hours extends Window {
  readonly hours: number;
}

/** The longest run of hours in which fewer replicas do, around midnight too. */
function windowOf(facts: Facts, days: readonly Weekday[]): Hours | undefined {
  const { service } = facts;
  const needed = neededByHour(facts, days);
  if (needed === undefined) return undefined;
  const fewer = needed.map((count) => count < service.replicas);
  const runs = fewer.flatMap((isFewer, start) => {
    if (!isFewer || (fewer[(start + 23) % 24] === true && !fewer.every(Boolean))) return [];
    let length = 1;
    while (length < 24 && fewer[(start + length) % 24] === true) length += 1;
    return [{ start, length }];
  });
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined || longest.length < leastHours) return undefined;
  const inside = Array.from({ length: longest.length }, (_, index) => needed[(longest.start + index) % 24] ?? 0);
  const at = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`;
  const replicas = floorOver(facts, Math.max(...inside));
  if (replicas >= service.replicas) return undefined;
  return {
    days: [...days],
    from: at(longest.start),
    to: at(longest.start + longest.length),
    replicas,
    hours: longest.length,
  };
}

/** One on each target at least. */
const floorOver = (facts: Facts, replicas: number): number =>
  spreadOver(facts.placed, replicas).reduce((sum, each) => sum + (each.role === 'standby' ? 0 : each.replicas), 0);

/** Replicas that would have done in each hour of such a day; undefined where an hour was not seen often enough. */
function neededByHour(facts: Facts, days: readonly Weekday[]): readonly number[] | undefined {
  const { service, settings } = facts;
  const own = facts.days.filter(({ day }) => days.includes(weekdayOf(day)));
  const needed = Array.from({ length: 24 }, (_, hour) => {
    const seen = own.flatMap(({ targets }) => {
      const peaks = servingOf(facts).map((each) => {
        const day = targets.get(each.target);
        const peak = day?.hours?.[hour];
        return day === undefined || peak == null ? null : peak * crowding(day, each);
      });
      return peaks.includes(null) ? [] : [Math.max(...peaks.flatMap((peak) => peak ?? []))];
    });
    if (seen.length < leastSeen) return undefined;
    const wanted = Math.ceil((service.replicas * Math.max(...seen)) / (1 - settings.headroom) - 1e-9);
    return Math.max(replicaFloor({ ...service, replicas: 1 }), wanted);
  });
  const known = needed.filter((count) => count !== undefined);
  return known.length === 24 ? known : undefined;
}

function weekdayOf(day: string): Weekday {
  const index = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return weekdays[index] ?? 'mon';
}

/** Of each day, the use in its quietest hour: what the windows rest on. */
function* quietest({ days }: Facts): Generator<number> {
  for (const { targets } of days) {
    const hours = [...targets.values()].flatMap(({ hours: all = [] }) => all.flatMap((value) => value ?? []));
    if (hours.length > 0) yield Math.min(...hours) + 0.05;
  }
}
