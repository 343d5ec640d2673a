import { costReported } from '../../../shared/contracts/cost-reported.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import { dayAt, dayName, daysOf, monthsLater } from '../../../shared/domain/calendar.ts';
import type { HandlerContext } from '../../../shared/pipeline/handler.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import { isShared, ownerOf } from '../bills/owners.ts';
import { paidRequests } from '../bills/paid-requests.ts';
import { growthKey, type GrowthRecord } from '../forecast/growth.ts';
import { readOutlook, readTotals, type Sight } from '../forecast/outlook.ts';
import type { Judge, Judged, Judging } from '../judge.ts';
import type { BillRecord } from '../bills/record.ts';
import { billPrefix, usagePrefix } from '../keys.ts';
import type { UsageRecord } from '../recommend/usage-record.ts';
import type { SpendRow } from '../spend.ts';
import { compose, type Spent } from './compose.ts';
import { monthsBefore, monthsDue, type Months } from './due.ts';
import { reportKey, type CurrencyReport, type Part, type ReportRecord } from './record.ts';

const monthsShown = 12;

/**
 * Writes down what months have cost so far, a month a transaction, and says it, one event per currency: this month always, earlier
 * ones when a bill of theirs has come in since. The cursor is the month to go on with.
 */
export const judgeReport: Judge = async (judging) => {
  const { context, cursor = '' } = judging;
  const due = monthsDue(await known(context), context.now).filter((month) => month >= cursor);
  const [period = cursor, next] = due;
  return { ...(await report(judging, period)), ...(next === undefined ? {} : { cursor: next }) };
};

async function known({ records, now }: HandlerContext): Promise<Months> {
  const imported = new Map<string, number>();
  for (const { period, current } of await listAll<BillRecord>(records, billPrefix)) {
    imported.set(period, Math.max(current.importedAt, imported.get(period) ?? 0));
  }
  const reported = new Map<string, number>();
  for (const month of monthsBefore(now).filter((each) => imported.has(each))) {
    const record = await records.get<ReportRecord>(reportKey(month));
    if (record !== undefined) reported.set(month, record.at);
  }
  return { imported, reported };
}

async function report(judging: Judging, period: string): Promise<Judged> {
  const { context, sweep, given } = judging;
  const { records, now } = context;
  const key = reportKey(period);
  await records.get<ReportRecord>(key);
  const usages = await listAll<UsageRecord>(records, usagePrefix);
  const paid = await paidRequests(records, sweep);
  const currencies = (await spentIn(judging, period)).map((spent) => compose(spent, usages));
  const value: ReportRecord = { period, at: now, sweep, ...paid, shared: given.settings.shared, currencies };
  return {
    writes: [{ key, value }],
    events: currencies.map((each) => said(each, value)),
  };
}

async function spentIn({ spend, context }: Judging, period: string): Promise<readonly Spent[]> {
  const today = dayAt(context.now);
  const { from, to } = daysOf(period);
  const span = { from: dayName(from), to: dayName(to) };
  const by = ['day', 'provider', 'team', 'application', 'service'] as const;
  const since = (months: number) => ({ from: `${monthsLater(period, -months)}-01`, to: span.to });
  const byName = { ...span, by: ['serviceName'], split: false } as const;
  // All at once: while one is split here, the ledger works on the next.
  const [rows, effective, names, effectiveNames, tagged, months, days] = await Promise.all([
    spend({ ...span, by }),
    spend({ ...span, by, cost: 'effective' }),
    spend(byName),
    spend({ ...byName, cost: 'effective' }),
    spend({ ...span, by: ['application', 'team'], split: false }),
    spend({ ...since(monthsShown), by: ['month'], split: false }),
    spend({ ...since(1), by: ['day'], split: false }),
  ]);
  const growth = await context.records.get<GrowthRecord>(growthKey);
  const sight: Sight = { today, totals: await readTotals(spend, today), growth };
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
  return Promise.all(
    currencies.map(async (currency) => {
      const { forecast } = await readOutlook(spend, sight, { month: period, currency });
      const own = (of: readonly SpendRow[]) => of.filter((row) => row.currency === currency);
      return {
        currency,
        rows: own(rows),
        effective: own(effective),
        names: { billed: own(names), effective: own(effectiveNames) },
        sharedMicros: own(tagged)
          .filter((row) => isShared(ownerOf(row)))
          .reduce((sum, { micros }) => sum + micros, 0),
        ...(forecast === undefined ? {} : { forecast }),
        months: new Map(own(months).map(({ keys, micros }) => [keys.month ?? '', micros])),
        days: new Map(own(days).map(({ keys, micros }) => [keys.day ?? '', micros])),
      };
    }),
  );
}

function said(report: CurrencyReport, { sweep, period, requests, requestMicros }: ReportRecord): Draft {
  const { currency, totalMicros, sharedMicros, forecast, byCloud, byApplication } = report;
  const { micros, lowMicros, highMicros } = forecast ?? {};
  const known = micros === undefined || lowMicros === undefined || highMicros === undefined;
  return costReported.draft({
    ...{ sweep, period, currency, totalMicros, sharedMicros, requests, requestMicros },
    ...(known ? {} : { forecast: { micros, lowMicros, highMicros } }),
    byCloud: sums(byCloud),
    byApplication: sums(byApplication),
  });
}

const sums = (parts: readonly Part[]) => parts.map(({ key, micros }) => ({ key: key ?? '(nobody)', micros }));
