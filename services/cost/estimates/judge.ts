import { isDeepStrictEqual } from 'node:util';
import { dayMs, dayOf } from '../../../shared/domain/calendar.ts';
import type { Change } from '../../../shared/pipeline/handler.ts';
import type { Judge, Judging } from '../judge.ts';
import { estimatePrefix, monthToDateKey } from '../keys.ts';
import type { SpendRow } from '../spend.ts';
import { billedThrough, billedWeek, compare, monthsBack, type Billed, type BilledThrough } from './compare.ts';
import { monthBefore } from './days.ts';
import { forgetServices, forgetTeams, isOver } from './forget.ts';
import type { EstimateRecord, MonthToDate } from './record.ts';

/** Services that are compared in one transaction; what is forgotten finds room beside them. */
const pageSize = 50;

/** Holds what services were expected to cost against what they were billed, a page of them at a time; no events. */
export const judgeEstimates: Judge = async (judging) => {
  const { cursor, context } = judging;
  const page = await context.records.list<EstimateRecord>(estimatePrefix, {
    limit: pageSize,
    ...(cursor === undefined ? {} : { after: cursor }),
  });
  const first = cursor === undefined ? await once(judging) : [];
  const found = await readBilled(judging);
  const compared = page.items.flatMap(({ key, value }) => {
    if (isOver(value, context.now)) return [];
    const { through } = found;
    const around = { through, known: value.compared, now: context.now };
    const next = compare(value.intervals, found.of(value), around);
    return isDeepStrictEqual(next, value.compared) ? [] : [{ key, value: { ...value, compared: next } }];
  });
  return {
    writes: [...first, ...compared, ...(await forgetServices(page.items, context))],
    ...(page.next === undefined ? {} : { cursor: page.next }),
  };
};

/** What a sweep does once, whatever number of pages it has. */
async function once(judging: Judging): Promise<readonly Change[]> {
  const monthToDate = { key: monthToDateKey, value: await monthToDateOf(judging) };
  return [monthToDate, ...(await forgetTeams(judging.context))];
}

/** What was billed to services themselves, by name. Without splitting: a share of what nobody claims was never estimated. */
async function readBilled({ spend, context: { now } }: Judging) {
  const first = monthBefore(now, monthsBack).from;
  const to = dayOf(now + dayMs);
  const days = await spend({ from: first, to, by: ['provider', 'day'], split: false });
  const through: BilledThrough = billedThrough(
    days.flatMap(({ keys: { provider, day } }) => (provider == null || day == null ? [] : [{ provider, day }])),
    now,
  );
  const months = await spend({
    from: first,
    to: monthBefore(now, 0).from,
    by: ['application', 'service', 'month'],
    split: false,
  });
  const days7 = billedWeek(through);
  const week = days7 === undefined ? [] : await spend({ ...days7, by: ['application', 'service'], split: false });
  const [byMonth, byWeek] = [byService(months), byService(week)];
  return {
    through,
    of: ({ application, service }: EstimateRecord) => {
      const key = `${application}/${service}`;
      return { months: groupByMonth(byMonth.get(key) ?? []), week: (byWeek.get(key) ?? []).map(amountOf) };
    },
  };
}

function byService(rows: readonly SpendRow[]): ReadonlyMap<string, readonly SpendRow[]> {
  const found = new Map<string, SpendRow[]>();
  for (const row of rows) {
    const { application, service } = row.keys;
    if (application == null || service == null) continue;
    const key = `${application}/${service}`;
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return found;
}

function groupByMonth(rows: readonly SpendRow[]): ReadonlyMap<string, readonly Billed[]> {
  const found = new Map<string, Billed[]>();
  for (const row of rows) {
    const { month } = row.keys;
    if (month != null) found.set(month, [...(found.get(month) ?? []), amountOf(row)]);
  }
  return found;
}

const amountOf = ({ currency, micros }: SpendRow): Billed => ({ currency, micros });

/** The whole bill of this month so far, by provider: nothing in it is left out. */
async function monthToDateOf({ spend, context: { now, records } }: Judging): Promise<MonthToDate> {
  await records.get<MonthToDate>(monthToDateKey);
  const { month, from } = monthBefore(now, 0);
  const rows = await spend({ from, to: dayOf(now + dayMs), by: ['provider'], split: false });
  return {
    month,
    at: now,
    billed: rows.map(({ keys, currency, micros }) => ({ provider: keys.provider ?? 'unknown', currency, micros })),
  };
}
