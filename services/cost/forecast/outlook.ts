import { dayName, dayNumber, daysOf, monthsLater } from '../../../shared/domain/calendar.ts';
import type { ReadSpend, SpendQuery, SpendRow } from '../spend.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { streamOf, type DailyTotals, type GrowthRecord } from './growth.ts';
import { combined, forecastMonth, type MonthForecast } from './month.ts';

/** Everything that forecasts of one moment share. */
export interface Sight {
  readonly totals: DailyTotals;
  readonly growth: GrowthRecord | undefined;
  /** Number of the day it is. */
  readonly today: number;
}

/** What a part of the fleet has cost in a month so far, and will. Micro-units of one currency. */
export interface Outlook {
  /** Absent: no bill tells of any part of it. */
  readonly spentMicros?: number;
  readonly forecast?: MonthForecast;
  /** Use by day, all providers, for the weeks before; days that some provider does not tell of yet are left out. */
  readonly days: ReadonlyMap<number, number>;
  /** In other currencies, this month: not in the sums. */
  readonly others: readonly { readonly currency: string; readonly micros: number }[];
}

export interface OutlookQuery {
  readonly month: string;
  readonly currency: string;
  readonly where?: SpendQuery['where'];
}

/** Purchases of three months back are looked at. */
const monthsBack = 3;

/** How far the bills of each provider reach, in each currency. One question to the ledger, shared by all forecasts of a sweep. */
export async function readTotals(spend: ReadSpend, today: number): Promise<DailyTotals> {
  const rows = await spend({ ...window(today), by: ['day', 'provider', 'category'], split: false });
  const totals = new Map<string, Map<number, number>>();
  for (const { keys, currency, micros } of rows) {
    const { day, provider, category } = keys;
    if (day == null || provider == null) continue;
    const stream = streamOf(provider, currency);
    const days = totals.get(stream) ?? new Map<number, number>();
    // A tax or a purchase may stand in a bill long before the use of its day does: it does not make the day known.
    if (isUse(category)) add(days, dayNumber(day), micros);
    totals.set(stream, days);
  }
  return totals;
}

export async function readOutlook(spend: ReadSpend, sight: Sight, query: OutlookQuery): Promise<Outlook> {
  const { where, currency } = query;
  const by = ['day', 'provider', 'category'] as const;
  const rows = await spend({ ...window(sight.today, query.month), by, ...(where === undefined ? {} : { where }) });
  const own = rows.filter((row) => row.currency === currency);
  const providers = [...new Set(own.flatMap(({ keys }) => keys.provider ?? []))].map((provider) => ({
    provider,
    rows: own.filter(({ keys }) => keys.provider === provider),
    coverage: coverageOf(streamOf(provider, currency), sight),
  }));
  const { from, to } = daysOf(query.month);
  const inMonth = ({ keys }: SpendRow): boolean => within(keys.day, from, to);
  const spent = own.filter(inMonth);
  const forecast = forecastOf(providers, sight, query.month);
  return {
    ...(spent.length === 0 ? {} : { spentMicros: sum(spent) }),
    ...(forecast === undefined ? {} : { forecast }),
    days: usualDays(providers, sight.today),
    others: othersOf(rows.filter((row) => row.currency !== currency && inMonth(row))),
  };
}

interface Provider {
  readonly provider: string;
  readonly rows: readonly SpendRow[];
  readonly coverage: Coverage | undefined;
}

/** Where a provider has too little to forecast from, what it has cost so far is the least it will. */
function forecastOf(providers: readonly Provider[], { today }: Sight, month: string): MonthForecast | undefined {
  const { from, to } = daysOf(month);
  const each = providers.map(({ rows, coverage }) => {
    const own = coverage && forecastMonth({ month, today, coverage, ...kindsOf(rows) });
    const spent = sum(rows.filter(({ keys }) => within(keys.day, from, to)));
    return { own, least: { micros: spent, lowMicros: spent, highMicros: spent } };
  });
  return each.some(({ own }) => own !== undefined) ? combined(each.map(({ own, least }) => own ?? least)) : undefined;
}

function kindsOf(rows: readonly SpendRow[]) {
  const usage = new Map<number, number>();
  const recurring = new Map<number, number>();
  const other = new Map<number, number>();
  for (const { keys, micros } of rows) {
    if (keys.day == null) continue;
    const kind = isUse(keys.category) ? usage : isRecurring(keys.category) ? recurring : other;
    add(kind, dayNumber(keys.day), micros);
  }
  return { usage, recurring, other };
}

/** FOCUS: Usage, Purchase, Tax, Credit, Adjustment. */
export const isUse = (category: string | null | undefined): boolean => category?.toLowerCase() === 'usage';
const isRecurring = (category: string | null | undefined): boolean => /^(purchase|tax)$/i.test(category ?? '');

function usualDays(providers: readonly Provider[], today: number): ReadonlyMap<number, number> {
  const days = new Map<number, number>();
  const usages = providers.map(({ rows, coverage }) => ({ coverage, usage: kindsOf(rows).usage }));
  const live = usages.filter(({ coverage }) => coverage !== undefined && coverage.last >= today - 14);
  for (let day = today - 56; day <= today; day++) {
    const known = live.filter(({ coverage }) => coverage !== undefined && coverage.of(day).kind !== 'missing');
    if (live.length === 0 || known.length < live.length) continue;
    for (const { usage } of live) add(days, day, usage.get(day) ?? 0);
  }
  return days;
}

function othersOf(rows: readonly SpendRow[]): Outlook['others'] {
  const currencies = [...new Set(rows.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => ({ currency, micros: sum(rows.filter((row) => row.currency === currency)) }));
}

function window(today: number, month = dayName(today).slice(0, 7)): { readonly from: string; readonly to: string } {
  const from = Math.min(today - 56, daysOf(monthsLater(month, -monthsBack)).from);
  return { from: dayName(from), to: dayName(Math.max(today + 1, daysOf(month).to)) };
}

function within(day: string | null | undefined, from: number, to: number): boolean {
  return day != null && dayNumber(day) >= from && dayNumber(day) < to;
}

const sum = (rows: readonly SpendRow[]): number => rows.reduce((total, { micros }) => total + micros, 0);

function add(into: Map<number, number>, day: number, micros: number): void {
  into.set(day, (into.get(day) ?? 0) + micros);
}
