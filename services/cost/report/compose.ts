import type { MonthForecast } from '../forecast/month.ts';
import type { UsageRecord } from '../recommend/usage-record.ts';
import type { SpendRow } from '../spend.ts';
import { by, partsBy, serviceOf, type Costs } from './parts.ts';
import type { CurrencyReport, ReportDay } from './record.ts';
import { unitCosts } from './unit-cost.ts';

/** Rows of one month and currency, by day, cloud, team, application, service; split. */
export interface Spent {
  readonly currency: string;
  readonly rows: readonly SpendRow[];
  /** The same amortised, whatever the day. */
  readonly effective: readonly SpendRow[];
  /** The same two by the providers' services. */
  readonly names: Costs;
  /** The same cost as the tags have it, nothing split. */
  readonly sharedMicros: number;
  readonly forecast?: MonthForecast;
  /** Totals by month and by day, of all that is shown beside it. */
  readonly months: ReadonlyMap<string, number>;
  readonly days: ReadonlyMap<string, number>;
}

const most = 200;
const mostServices = 1000;

/** What is kept of a month in one currency. Pure. */
export function compose(spent: Spent, usages: readonly UsageRecord[]): CurrencyReport {
  const { currency, rows, effective, names, sharedMicros, forecast } = spent;
  const costs: Costs = { billed: rows, effective };
  const units = unitCosts(rows, usages);
  const sorted = (sums: ReadonlyMap<string, number>) => [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    currency,
    totalMicros: sumOf(rows),
    effectiveMicros: sumOf(effective),
    sharedMicros,
    ...(forecast === undefined ? {} : { forecast }),
    months: sorted(spent.months).map(([month, micros]) => ({ month, micros })),
    days: sorted(spent.days).map(([day, micros]) => ({ day, micros, ...cloudsOn(day, rows) })),
    byCloud: partsBy(costs, by('provider'), most),
    byTeam: partsBy(costs, by('team'), most),
    byApplication: partsBy(costs, by('application'), most),
    byService: partsBy(costs, serviceOf, mostServices).map((part) => {
      const unit = part.key === null ? undefined : units.get(part.key);
      return unit === undefined ? part : { ...part, unit };
    }),
    byServiceName: partsBy(names, by('serviceName'), most),
  };
}

const sumOf = (rows: readonly SpendRow[]): number => rows.reduce((sum, { micros }) => sum + micros, 0);

/** Days of the month before have no rows here. */
function cloudsOn(day: string, rows: readonly SpendRow[]): Pick<ReportDay, 'clouds'> {
  const own = rows.filter(({ keys }) => keys.day === day);
  const parts = partsBy({ billed: own, effective: [] }, by('provider'), most);
  return parts.length === 0 ? {} : { clouds: Object.fromEntries(parts.map(({ key, micros }) => [key ?? '', micros])) };
}
