import type { CostLine } from '../../../shared/contracts/cost-values.ts';
import { dayName, dayNumber } from '../../../shared/domain/calendar.ts';
import { median } from '../forecast/robust.ts';
import { isUse } from '../forecast/outlook.ts';
import type { ReadSpend, SpendRow } from '../spend.ts';
import type { Run } from './detect.ts';
import type { SeriesKey } from './series.ts';

/** The usual of a row is taken from so many days before the run. */
const usualDays = 28;
/** A row of what creeps up is taken from so many days, each weekday once: on one day it may be high or low by chance. */
const slowDays = 7;
/** So many may stand in an event. */
const mostRows = 20;

/** What made the difference: the SKUs and resources that cost most above their own usual, on the run's last day (or days, of a slow one). */
export async function explain(
  spend: ReadSpend,
  key: SeriesKey,
  { since, day, kind }: Run,
): Promise<readonly CostLine[]> {
  const { provider, application, service, serviceName } = key;
  const named = application === undefined ? { serviceName: serviceName ?? null } : { service: service ?? null };
  const rows = await spend({
    from: dayName(since - usualDays),
    to: dayName(day + 1),
    by: ['day', 'category', 'serviceName', 'sku', 'resource', 'region'],
    where: { provider, application: application ?? null, ...named },
    split: false,
  });
  const own = rows.filter((row) => row.currency === key.currency && isUse(row.keys.category));
  return linesOf(own, { provider, since, day, days: kind === 'slow' ? slowDays : 1 });
}

interface Explaining {
  readonly provider: string;
  readonly since: number;
  readonly day: number;
  /** Up to that day so many are looked at, and the middle one is shown. */
  readonly days: number;
}

/** Pure. Days on which a row is not there cost it nothing. */
export function linesOf(rows: readonly SpendRow[], { provider, since, day, days }: Explaining): readonly CostLine[] {
  const groups = new Map<string, SpendRow[]>();
  const before = new Set<string>();
  const latest = Array.from({ length: days }, (_, i) => dayName(day - i));
  for (const row of rows) {
    const { serviceName, sku, resource, region } = row.keys;
    const name = JSON.stringify([serviceName, sku, resource, region]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
    if (row.keys.day != null && dayNumber(row.keys.day) < since) before.add(row.keys.day);
  }
  const lines = [...groups.values()].map((group) => {
    const on = new Map(group.map(({ keys, micros }) => [keys.day ?? '', micros]));
    const middle = (of: readonly string[]): number => Math.round(median(of.map((each) => on.get(each) ?? 0)) ?? 0);
    return { keys: group[0]?.keys ?? {}, micros: middle(latest), usual: middle([...before]) };
  });
  return lines
    .filter(({ micros, usual }) => micros > usual)
    .sort((a, b) => b.micros - b.usual - (a.micros - a.usual))
    .slice(0, mostRows)
    .map(({ keys, micros, usual }): CostLine => ({
      day: dayName(day),
      provider: provider.slice(0, 120),
      ...text('region', keys.region, 120),
      ...text('serviceName', keys.serviceName, 300),
      ...text('sku', keys.sku, 300),
      ...text('resource', keys.resource, 600),
      micros,
      expectedMicros: usual,
    }));
}

function text(name: string, value: string | null | undefined, most: number): Record<string, string> {
  return value == null ? {} : { [name]: value.slice(0, most) };
}
