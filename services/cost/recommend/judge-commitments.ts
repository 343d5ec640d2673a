import { dayAt, dayName, dayNumber } from '../../../shared/domain/calendar.ts';
import type { Outcome } from '../../../shared/pipeline/handler.ts';
import type { Judging } from '../judge.ts';
import type { SpendRow } from '../spend.ts';
import { commitment, type SteadySpend } from './commitment.ts';
import { isWorthTelling } from './propose.ts';
import { readService } from './read-service.ts';
import { reconcile } from './reconcile.ts';
import { recommendationKey, serviceKey, type ServiceRecord } from './record.ts';

/** What a bill calls the services a commitment would cover. FOCUS leaves names to the providers. */
const coveredServices: Readonly<Record<string, RegExp>> = {
  aws: /elastic container service|fargate|amazonecs/i,
  gcp: /cloud run/i,
};
/** A month; the last days may still be growing. */
const window = { days: 30, unsettled: 2 };
/** Stands where an application's name would: a commitment is of all of them. */
const fleet = 'fleet';

/** What every cloud charges in any case would cost less if it were promised. Bills in another currency than the rates' say nothing. */
export async function judgeCommitments(judging: Judging): Promise<Outcome> {
  const { given, context } = judging;
  if (!given.settings.recommendations.kinds.includes('commitment')) return {};
  const outcomes: Outcome[] = [];
  for (const cloud of Object.keys(coveredServices)) {
    const known = await readService(fleet, cloud, context.records);
    const spend = await steadySpend(cloud, judging);
    const found = [commitment(spend)].flatMap((each) =>
      each !== undefined && isWorthTelling(each, given.settings.recommendations) ? [each] : [],
    );
    const about = { application: fleet, service: cloud, now: context.now, accept: [] };
    const { records, events } = reconcile(known.records, found, about);
    for (const { id } of records) await context.records.get(recommendationKey(id));
    const ids = [...new Set([...(known.service?.ids ?? []), ...records.map(({ id }) => id)])].sort();
    const index: ServiceRecord = { application: fleet, service: cloud, ids, size: '', sizedSince: '' };
    const writes = [
      ...records.map((value) => ({ key: recommendationKey(value.id), value })),
      ...(records.length === 0 ? [] : [{ key: serviceKey(fleet, cloud), value: index }]),
    ];
    outcomes.push({ writes, events });
  }
  return {
    writes: outcomes.flatMap(({ writes = [] }) => writes),
    events: outcomes.flatMap(({ events = [] }) => events),
  };
}

async function steadySpend(cloud: string, { spend, context }: Judging): Promise<SteadySpend> {
  const today = dayAt(context.now);
  const query = {
    from: dayName(today - window.days),
    to: dayName(today - window.unsettled),
    by: ['day', 'serviceName', 'application'] as const,
    where: { provider: cloud, category: 'Usage' },
    split: false,
  };
  const [paid, list] = [await spend({ ...query, cost: 'effective' }), await spend({ ...query, cost: 'list' })];
  const ours = (rows: typeof paid): ReadonlyMap<string, number> => {
    const days = new Map<string, number>();
    for (const { keys, currency, micros } of rows) {
      const isCovered = coveredServices[cloud]?.test(keys.serviceName ?? '') === true;
      if (!isCovered || currency !== 'USD' || typeof keys.application !== 'string' || !keys.day) continue;
      days.set(keys.day, (days.get(keys.day) ?? 0) + micros);
    }
    return days;
  };
  const [spent, listed] = [ours(paid), ours(list)];
  const days = billedDays(paid).map((day) => ({ day, micros: spent.get(day) ?? 0, listMicros: listed.get(day) ?? 0 }));
  return { cloud, days };
}

/** Every day that the cloud's bills reach over: one on which nothing ran is a day on which a promise is paid for nothing. */
function billedDays(rows: readonly SpendRow[]): readonly string[] {
  const known = rows.flatMap(({ keys }) => (keys.day == null ? [] : [keys.day])).sort();
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = dayNumber(first);
  return Array.from({ length: dayNumber(last) - from + 1 }, (_, i) => dayName(from + i));
}
