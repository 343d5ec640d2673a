import type { SpendRow } from '../spend.ts';
import type { UsageRecord } from '../recommend/usage-record.ts';
import { serviceOf } from './parts.ts';
import type { ServicePart } from './record.ts';

/**
 * What a million requests cost: of the days of which both the bill and the use are known, so that a bill that lags behind does not look
 * cheap. A day without requests counts none the less: standing by costs too.
 */
export function unitCosts(
  rows: readonly SpendRow[],
  usages: readonly UsageRecord[],
): ReadonlyMap<string, NonNullable<ServicePart['unit']>> {
  const requests = new Map(usages.map((each) => [`${each.application}/${each.service}`, requestsByDay(each)]));
  const sums = new Map<string, { requests: number; micros: number; days: Set<string> }>();
  for (const row of rows) {
    const name = serviceOf(row);
    const day = row.keys.day;
    const count = name === null || day == null ? undefined : requests.get(name)?.get(day);
    if (name === null || day == null || count === undefined) continue;
    const sum = sums.get(name) ?? { requests: 0, micros: 0, days: new Set() };
    if (!sum.days.has(day)) sum.requests += count;
    sum.days.add(day);
    sum.micros += row.micros;
    sums.set(name, sum);
  }
  return new Map(
    [...sums]
      .filter(([, sum]) => sum.requests > 0)
      .map(([name, sum]) => {
        const microsPerMillion = Math.round((sum.micros * 1e6) / sum.requests);
        return [name, { requests: sum.requests, microsPerMillion, days: sum.days.size }];
      }),
  );
}

/** Days on which some target's requests are known. */
function requestsByDay({ days }: UsageRecord): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(days).flatMap(([day, targets]) => {
      const known = Object.values(targets).flatMap(({ requests }) => requests ?? []);
      return known.length === 0 ? [] : [[day, known.reduce((sum, each) => sum + each, 0)]];
    }),
  );
}
