import { HOURS_PER_MONTH } from '../../../shared/catalogue/index.ts';
import { dayAt, dayMs, dayName } from '../../../shared/domain/calendar.ts';
import type { RecommendationRecord, State, Verdict } from './record.ts';

/** First day, and the first that is not meant. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** What the bills and the metrics say of a service in so many whole days. */
export interface Billed {
  /** By currency: the sum of all of its targets, micro-units. */
  readonly micros: ReadonlyMap<string, number>;
  /** Every day is in the bills of every provider it stood with. */
  readonly complete: boolean;
  /** Sum; undefined where too few days are known. */
  readonly requests?: number;
  /** Mean; likewise. */
  readonly replicas?: number;
}

export interface Comparing {
  readonly record: RecommendationRecord;
  readonly before: Billed;
  readonly after: Billed;
  readonly days: number;
  /** It is paid by the request where it stands: its cost follows its use. */
  readonly byRequest: boolean;
  /** Other recommendations of the same service: what they changed is in the same bills. */
  readonly others?: readonly RecommendationRecord[];
  readonly now: number;
}

const daysOfMonth = HOURS_PER_MONTH / 24;
/** Bills that have not come by then will not tell any more: too much else has happened. */
const patienceDays = 45;
/** Part of the promise that has to be kept. */
const kept = 0.5;
/** Replicas that differ by more from what the change explains were changed by somebody else. */
const replicaTolerance = 0.15;
/** More requests or fewer by this factor, and the use of before is no measure for the use of after. */
const largestGrowth = 3;

/** Whole days only: neither the day it was accepted on nor the day it went live. */
export function windowsOf(
  { accepted, liveAt }: RecommendationRecord,
  days: number,
): { readonly before: Days; readonly after: Days } | undefined {
  if (accepted === undefined || liveAt === undefined) return undefined;
  const [until, from] = [dayAt(accepted.at), dayAt(liveAt) + 1];
  return {
    before: { from: dayName(until - days), to: dayName(until) },
    after: { from: dayName(from), to: dayName(from + days) },
  };
}

/**
 * What an applied recommendation really saved: billed days before it was accepted and after it went live, for the same use.
 * @returns undefined while bills are still to come
 */
export function verify(comparing: Comparing): Verdict | undefined {
  const { record, before, after, days, now } = comparing;
  const windows = windowsOf(record, days);
  if (windows === undefined) return undefined;
  if (!before.complete || !after.complete) {
    const late = now - (record.liveAt ?? now) > patienceDays * dayMs;
    const missing = `bills of ${before.complete ? `${windows.after.from} to ${windows.after.to}` : `${windows.before.from} to ${windows.before.to}`} are not whole after ${patienceDays} days`;
    return late ? verdict(comparing, windows, { unclear: missing }) : undefined;
  }
  return verdict(comparing, windows, { unclear: whyUnclear(comparing) });
}

function whyUnclear(comparing: Comparing): string | undefined {
  const { before, after, byRequest } = comparing;
  const currencies = new Set([...before.micros.keys(), ...after.micros.keys()]);
  if (currencies.size > 1) return `billed in ${[...currencies].sort().join(' and ')}: amounts that cannot be added`;
  if (before.micros.size === 0) return 'nothing was billed for it before: there is nothing to compare with';
  const otherwise = changedOtherwise(comparing);
  if (otherwise !== undefined) return otherwise;
  const growth = growthOf(before, after);
  if (byRequest && growth !== undefined && (growth > largestGrowth || growth < 1 / largestGrowth)) {
    return `it answered ${growth.toFixed(1)} times as many requests as before`;
  }
  return undefined;
}

const changedOtherwise = (comparing: Comparing): string | undefined =>
  comparing.record.disturbed ?? resizedBefore(comparing) ?? changedMeanwhile(comparing) ?? replicasByOthers(comparing);

/** Days on which it had another size, or did not stand at all, are no measure for what came after. */
function resizedBefore({ record, days }: Comparing): string | undefined {
  const from = windowsOf(record, days)?.before.from;
  const { shapeSince } = record;
  if (from === undefined || shapeSince === undefined || shapeSince <= from) return undefined;
  return `it has had the size it was recommended for since ${shapeSince} only: bills of ${from} and after are of another`;
}

/** What another saved is not to be counted as this one's, nor what it cost held against it. */
function changedMeanwhile({ record, others = [], days }: Comparing): string | undefined {
  const windows = windowsOf(record, days);
  if (windows === undefined) return undefined;
  for (const { id, history } of others) {
    const step = history.find(
      ({ at, state }) => stands.has(state) && isWithin(dayName(dayAt(at)), windows.before.from, windows.after.to),
    );
    if (id === record.id || step === undefined) continue;
    return `${id} was ${step.state} on ${dayName(dayAt(step.at))}, within the days compared: their savings cannot be told apart`;
  }
  return undefined;
}

/** From these on something else is billed. */
const stands: ReadonlySet<State> = new Set<State>(['live', 'reverted']);
const isWithin = (day: string, from: string, to: string): boolean => day >= from && day < to;

/** Undefined where it is not known, or there were none. */
function growthOf(before: Billed, after: Billed): number | undefined {
  if (before.requests === undefined || after.requests === undefined) return undefined;
  return before.requests > 0 && after.requests > 0 ? after.requests / before.requests : undefined;
}

/** What ran, beside what the change explains. */
function replicasByOthers({ record, before, after }: Comparing): string | undefined {
  const planned = planOf(record);
  if (before.replicas === undefined || after.replicas === undefined || planned === undefined) return undefined;
  const expected = before.replicas * planned;
  const off = Math.abs(after.replicas - expected) > replicaTolerance * Math.max(expected, 1);
  const [had, has] = [before.replicas.toFixed(1), after.replicas.toFixed(1)];
  return off ? `${had} replicas ran before and ${has} after, which is not what was recommended` : undefined;
}

/** By what the recommendation multiplies the replicas; undefined where the clock changes them. */
function planOf({ kind, shape, after }: RecommendationRecord): number | undefined {
  if (kind === 'scale-schedule' || shape === undefined || after === undefined || shape.replicas === 0) return undefined;
  return after.replicas / shape.replicas;
}

type Windows = NonNullable<ReturnType<typeof windowsOf>>;

function verdict(
  comparing: Comparing,
  windows: Windows,
  { unclear }: { readonly unclear: string | undefined },
): Verdict {
  const { record, before, after, days, byRequest } = comparing;
  const [currency = 'USD'] = [...before.micros.keys(), ...after.micros.keys()];
  const daily = (billed: Billed): number => Math.round((billed.micros.get(currency) ?? 0) / days);
  const growth = byRequest ? (growthOf(before, after) ?? 1) : 1;
  const [beforeDailyMicros, afterDailyMicros] = [daily(before), daily(after)];
  const savedMicros = Math.round((beforeDailyMicros - afterDailyMicros / growth) * daysOfMonth);
  const promisedMicros = promised(record, currency, beforeDailyMicros);
  const paid = savedMicros > 0 && savedMicros >= kept * promisedMicros;
  const outcome = unclear === undefined ? (paid ? 'paid' : 'did-not-pay') : 'unclear';
  const use = growth === 1 ? '' : `, for the same number of requests (${growth.toFixed(2)} times as many came)`;
  return {
    ...{ outcome, currency, promisedMicros, savedMicros, beforeDailyMicros, afterDailyMicros },
    from: windows.before.from,
    to: windows.after.to,
    reason: (unclear ?? `${days} billed days before and ${days} after${use}`).slice(0, 500),
  };
}

/** Promised in US dollars; of a bill in another currency, the same share of what was billed. */
function promised(record: RecommendationRecord, currency: string, beforeDailyMicros: number): number {
  if (currency === 'USD') return record.monthlySavingMicros;
  const cost = record.evidence.find(({ name }) => name === 'cost.now')?.value;
  const share = typeof cost === 'number' && cost > 0 ? record.monthlySavingMicros / (cost * 1e6) : 1;
  return Math.round(share * beforeDailyMicros * daysOfMonth);
}
