import { recommendationVerified } from '../../../shared/contracts/recommendation-verified.ts';
import { cloudOf } from '../../../shared/contracts/values.ts';
import { dayAt, dayNumber } from '../../../shared/domain/calendar.ts';
import { estimateKey, type EstimateRecord } from '../estimates/record.ts';
import { coverageOf, type Coverage } from '../forecast/coverage.ts';
import { growthKey, streamOf, type DailyTotals, type GrowthRecord } from '../forecast/growth.ts';
import { readTotals } from '../forecast/outlook.ts';
import type { Judge, Judged, Judging } from '../judge.ts';
import { recommendationPrefix } from '../keys.ts';
import { catalogueNow } from '../prices/catalogue-now.ts';
import { readService } from './read-service.ts';
import { moved, recommendationKey, type RecommendationRecord, type State, type Verdict } from './record.ts';
import { daysOf, usageKey, type UsageRecord } from './usage-record.ts';
import { verify, windowsOf, type Billed, type Days } from './verify.ts';

/** Records looked through in one step, and questions to the ledger that it may ask. */
const page = 75;
const mostAsked = 10;

/** Bills before and after what was applied; and what concerns services that are gone comes to an end. */
export const judgeVerification: Judge = async (judging) => {
  const { context, cursor } = judging;
  const after = cursor === undefined ? {} : { after: recommendationKey(cursor) };
  const { items, next } = await context.records.list<RecommendationRecord>(recommendationPrefix, {
    ...after,
    limit: page,
  });
  const records = items.map(({ value }) => value);
  // A page that has more to ask, or to say, than one step may ends with the last that fits.
  const whole = records.slice(0, endOf(records));
  const live = whole.filter(({ state }) => state === 'live');
  const totals: DailyTotals = live.length === 0 ? new Map() : await readTotals(judging.spend, dayAt(context.now));
  const outcomes: Judged[] = [];
  for (const each of whole) outcomes.push(await judged(each, totals, judging));
  const last = whole.at(-1);
  const more = next !== undefined || whole.length < records.length;
  return {
    writes: outcomes.flatMap(({ writes = [] }) => writes),
    events: outcomes.flatMap(({ events = [] }) => events),
    ...(more && last !== undefined ? { cursor: last.id } : {}),
  };
};

/** Each of them may change, and each live one may be said and asks the ledger. */
function endOf(records: readonly RecommendationRecord[]): number {
  let asked = 0;
  const over = records.findIndex(({ state }) => {
    asked += state === 'live' ? 1 : 0;
    return asked > mostAsked;
  });
  return over < 0 ? records.length : over;
}

function judged(record: RecommendationRecord, totals: DailyTotals, judging: Judging): Promise<Judged> {
  if (record.state === 'live') return verified(record, totals, judging);
  return record.state === 'open' ? withoutGone(record, judging) : Promise.resolve({});
}

async function withoutGone(record: RecommendationRecord, judging: Judging): Promise<Judged> {
  if (!(await isGone(record, judging))) return {};
  const value = moved(record, 'expired', 'the service is gone', judging.context.now);
  return { writes: [{ key: recommendationKey(record.id), value }] };
}

async function isGone({ application, service, kind }: RecommendationRecord, { context }: Judging): Promise<boolean> {
  if (kind === 'commitment') return false;
  const estimate = await context.records.get<EstimateRecord>(estimateKey(application, service));
  return estimate?.intervals.at(-1)?.to !== undefined;
}

const stateAfter = { paid: 'verified', 'did-not-pay': 'unprofitable', unclear: 'unclear' } as const satisfies Record<
  Verdict['outcome'],
  State
>;

async function verified(record: RecommendationRecord, totals: DailyTotals, judging: Judging): Promise<Judged> {
  const { given, context } = judging;
  const days = given.settings.recommendations.verifyDays;
  const windows = windowsOf(record, days);
  // It has not gone on for so long yet: no bill could tell.
  if (windows === undefined || dayAt(context.now) < dayNumber(windows.after.to)) return {};
  const usage = await context.records.get<UsageRecord>(usageKey(record.application, record.service));
  const look = async (window: Days): Promise<Billed> => billed({ record, window, usage, totals }, judging);
  const before = await look(windows.before);
  const after = await look(windows.after);
  const byRequest = await isByRequest(record, judging);
  const others = (await readService(record.application, record.service, context.records)).records;
  const verdict = verify({ record, before, after, days, byRequest, others, now: context.now });
  if (verdict === undefined) return {};
  const value = { ...moved(record, stateAfter[verdict.outcome], verdict.reason, context.now), verdict };
  const { id: recommendation, application, service } = record;
  return {
    writes: [{ key: recommendationKey(record.id), value }],
    events: [recommendationVerified.draft({ recommendation, application, service, ...verdict })],
  };
}

interface Looking {
  readonly record: RecommendationRecord;
  readonly window: Days;
  readonly usage: UsageRecord | undefined;
  readonly totals: DailyTotals;
}

async function billed({ record, window, usage, totals }: Looking, judging: Judging): Promise<Billed> {
  const { application, service } = record;
  // Its own cost: a share of what others pay together would move with them.
  const rows = await judging.spend({ ...window, by: ['provider'], where: { application, service }, split: false });
  const micros = new Map<string, number>();
  for (const { currency, micros: own } of rows) micros.set(currency, (micros.get(currency) ?? 0) + own);
  const growth = await judging.context.records.get<GrowthRecord>(growthKey);
  const today = dayAt(judging.context.now);
  const isWhole = (stream: string): boolean => isCovered(window, coverageOf(stream, { totals, growth, today }));
  const billedIn = rows.flatMap(({ keys, currency }) =>
    keys.provider == null ? [] : [{ provider: keys.provider, stream: streamOf(keys.provider, currency) }],
  );
  // A cloud that charged nothing for it has said so when any bill of it is whole.
  const silent = [...(record.shape?.targets ?? []), ...(record.after?.targets ?? [])]
    .map(cloudOf)
    .filter((cloud) => !billedIn.some(({ provider }) => provider === cloud));
  const complete =
    billedIn.every(({ stream }) => isWhole(stream)) &&
    silent.every((cloud) =>
      [...totals.keys()].some((stream) => stream.startsWith(streamOf(cloud, '')) && isWhole(stream)),
    );
  return { micros, complete, ...usedIn(window, usage) };
}

function isCovered(window: Days, coverage: Coverage | undefined): boolean {
  if (coverage === undefined) return false;
  // A provider that billed nothing at all on a day between days it billed has nothing more to say of it.
  return numbersOf(window).every((day) => {
    const { kind } = coverage.of(day);
    return kind === 'complete' || (kind === 'missing' && day > coverage.first && day < coverage.last);
  });
}

function numbersOf({ from, to }: Days): number[] {
  return Array.from({ length: dayNumber(to) - dayNumber(from) }, (_, index) => dayNumber(from) + index);
}

/** Of a window of which fewer days are known, nothing is said. */
const knownShare = 0.8;

function usedIn(window: Days, usage: UsageRecord | undefined): Pick<Billed, 'requests' | 'replicas'> {
  const days = daysOf(usage, window.from, window.to);
  const least = knownShare * numbersOf(window).length;
  const perDay = (of: (used: { requests?: number; replicas?: number }) => number | undefined): number[] =>
    days.flatMap(({ targets }) => {
      const known = [...targets.values()].flatMap((used) => of(used) ?? []);
      return known.length === 0 ? [] : [known.reduce((sum, value) => sum + value, 0)];
    });
  const requests = perDay((used) => used.requests);
  const replicas = perDay((used) => used.replicas);
  const sum = (values: readonly number[]): number => values.reduce((before, value) => before + value, 0);
  return {
    // As if every day were known: both windows are as long.
    ...(requests.length >= least && requests.length > 0
      ? { requests: (sum(requests) / requests.length) * numbersOf(window).length }
      : {}),
    ...(replicas.length >= least && replicas.length > 0 ? { replicas: sum(replicas) / replicas.length } : {}),
  };
}

async function isByRequest({ shape, after }: RecommendationRecord, { context }: Judging): Promise<boolean> {
  const targets = [...(shape?.targets ?? []), ...(after?.targets ?? [])];
  const { offerings } = await catalogueNow(context.records);
  return targets.some((target) => offerings.find(({ id }) => id === target)?.prices?.model === 'request');
}
