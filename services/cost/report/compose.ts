import type { MonthForecast } from '../forecast/month.ts';
import type { UsageRecord } from '../recommend/usage-record.ts';
import type { SpendRow } from '../spend.ts';
import { by, partsBy, serviceOf } from './parts.ts';
import type { CurrencyReport, ReportDay } from './record.ts';
import { unitCosts } from './unit-cost.ts';

/** Rows of one month and currency, by day, cloud, team, application, service; split. */
export interface Spent {
  readonly currency: string;
  readonly rows: readonly SpendRow[];
  /** The same cost by the providers' services. */
  readonly names: readonly SpendRow[];
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
  const { currency, rows, names, sharedMicros, forecast } = spent;
  const units = unitCosts(rows, usages);
  const sorted = (sums: ReadonlyMap<string, number>) => [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    currency,
    totalMicros: rows.reduce((sum, { micros }) => sum + micros, 0),
    sharedMicros,
    ...(forecast === undefined ? {} : { forecast }),
    months: sorted(spent.months).map(([month, micros]) => ({ month, micros })),
    days: sorted(spent.days).map(([day, micros]) => ({ day, micros, ...cloudsOn(day, rows) })),
    byCloud: partsBy(rows, by('provider'), most),
    byTeam: partsBy(rows, by('team'), most),
    byApplication: partsBy(rows, by('application'), most),
    byService: partsBy(rows, serviceOf, mostServices).map((part) => {
      const unit = part.key === null ? undefined : units.get(part.key);
      return unit === undefined ? part : { ...part, unit };
    }),
    byServiceName: partsBy(names, by('serviceName'), most),
  };
}

/** Days of the month before have no rows here. */
function cloudsOn(day: string, rows: readonly SpendRow[]): Pick<ReportDay, 'clouds'> {
  const own = rows.filter(({ keys }) => keys.day === day);
  const parts = partsBy(own, by('provider'), most);
  return parts.length === 0 ? {} : { clouds: Object.fromEntries(parts.map(({ key, micros }) => [key ?? '', micros])) };
}
