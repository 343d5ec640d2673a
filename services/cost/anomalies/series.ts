import { hash } from 'node:crypto';
import { dayNumber } from '../../../shared/domain/calendar.ts';
import { isUse, type Sight } from '../forecast/outlook.ts';
import { coverageOf, type Coverage } from '../forecast/coverage.ts';
import { streamOf } from '../forecast/growth.ts';
import type { ReadSpend, SpendQuery, SpendRow } from '../spend.ts';
import type { SeriesDay } from './detect.ts';

/** Cost of one service of an application on one provider, or, where no tag claims it, of one of the provider's own services. */
export interface SeriesKey {
  readonly provider: string;
  readonly currency: string;
  readonly application?: string;
  readonly service?: string;
  readonly serviceName?: string;
}

export interface Series {
  readonly key: SeriesKey;
  readonly days: readonly SeriesDay[];
}

/** Stable name, in order of which series are gone through. */
export function seriesName({ provider, currency, application, service, serviceName }: SeriesKey): string {
  return JSON.stringify([provider, application ?? null, service ?? null, serviceName ?? null, currency]);
}

/** `anomaly-aws-shop-checkout-2026-11-20`; a short digest in place of what is too long or spelled strangely. */
export function anomalyId({ provider, application, service, serviceName, ...key }: SeriesKey, day: string): string {
  const parts = [provider, ...(application === undefined ? [serviceName ?? ''] : [application, service ?? ''])];
  const plain = parts.filter((part) => part !== '').join('-');
  const isPlain = /^[a-z0-9-]{1,85}$/.test(plain);
  const slug = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 72);
  const name = seriesName({
    provider,
    ...key,
    ...(application === undefined ? {} : { application }),
    ...(service === undefined ? {} : { service }),
    ...(serviceName === undefined ? {} : { serviceName }),
  });
  return `anomaly-${isPlain ? plain : `${slug}-${hash('sha256', name, 'hex').slice(0, 8)}`}-${day}`;
}

/** All series of usage between two days, in two questions to the ledger: nothing is split, cost nobody claims stands for itself. */
export async function readSeries(
  spend: ReadSpend,
  sight: Sight,
  range: Pick<SpendQuery, 'from' | 'to'>,
): Promise<readonly Series[]> {
  const split = false;
  const claimed = await spend({ ...range, by: ['day', 'provider', 'category', 'application', 'service'], split });
  const unclaimed = await spend({
    ...range,
    by: ['day', 'provider', 'category', 'serviceName'],
    where: { application: null },
    split,
  });
  const rows = [...claimed.filter(({ keys }) => keys.application != null), ...unclaimed];
  const found = new Map<string, { readonly key: SeriesKey; readonly spent: Map<number, number> }>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === undefined || row.keys.day == null) continue;
    const name = seriesName(key);
    const { spent } = found.get(name) ?? { spent: new Map<number, number>() };
    const day = dayNumber(row.keys.day);
    spent.set(day, (spent.get(day) ?? 0) + row.micros);
    found.set(name, { key, spent });
  }
  const coverages = new Map([...sight.totals.keys()].map((stream) => [stream, coverageOf(stream, sight)]));
  const first = dayNumber(range.from);
  return [...found.values()].flatMap(({ key, spent }) => {
    const coverage = coverages.get(streamOf(key.provider, key.currency));
    return coverage === undefined ? [] : [{ key, days: daysOf(key, spent, { coverage, first }) }];
  });
}

/** Purchases, taxes, credits and corrections are no use: they come when they come. */
function keyOf({ keys, currency }: SpendRow): SeriesKey | undefined {
  const { provider, category, application, service, serviceName } = keys;
  if (provider == null || !isUse(category)) return undefined;
  if (application == null) return { provider, currency, ...(serviceName == null ? {} : { serviceName }) };
  return { provider, currency, application, ...(service == null ? {} : { service }) };
}

/**
 * A day the bills tell of without a row of the series cost nothing. A workload that was placed a week ago cost nothing before because it
 * was not there, so its days begin with its first row; a service of the provider that nobody claims and that was not there is news.
 */
function daysOf(
  { application }: SeriesKey,
  spent: ReadonlyMap<number, number>,
  { coverage, first }: { readonly coverage: Coverage; readonly first: number },
): SeriesDay[] {
  const begin = application === undefined ? coverage.first : Math.min(...spent.keys());
  const days: SeriesDay[] = [];
  for (let day = Math.max(begin, first); day <= coverage.last; day++) {
    const { kind } = coverage.of(day);
    if (kind !== 'missing') days.push({ day, micros: spent.get(day) ?? 0, open: kind !== 'complete' });
  }
  return days;
}
