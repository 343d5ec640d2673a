import type { Change, HandlerContext } from '../../../shared/pipeline/handler.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import { teamPrefix } from '../keys.ts';
import { readService } from '../recommend/read-service.ts';
import { recommendationKey, serviceKey } from '../recommend/record.ts';
import { usageKey, type UsageRecord } from '../recommend/usage-record.ts';
import { keptMs } from './follow.ts';
import { teamKey, type EstimateRecord, type TeamRecord } from './record.ts';

/** In one transaction, beside what is compared in it; the next sweep goes on. A service is up to 15 items. */
const mostServices = 2;
const mostTeams = 10;

/** No bill of it comes any more. */
export function isOver({ intervals }: EstimateRecord, now: number): boolean {
  const to = intervals.at(-1)?.to;
  return to !== undefined && to + keptMs <= now;
}

/** Everything that is kept of services that are long gone: without end, each sweep would go through all that ever were. */
export async function forgetServices(
  all: readonly { readonly key: string; readonly value: EstimateRecord }[],
  { records, now }: HandlerContext,
): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (const { key, value } of all.filter(({ value }) => isOver(value, now)).slice(0, mostServices)) {
    const { application, service } = value;
    const recommended = await readService(application, service, records);
    const usage = usageKey(application, service);
    const gone = [
      key,
      ...((await records.get<UsageRecord>(usage)) === undefined ? [] : [usage]),
      ...(recommended.service === undefined ? [] : [serviceKey(application, service)]),
      ...recommended.records.map(({ id }) => recommendationKey(id)),
    ];
    changes.push(...gone.map((each) => ({ key: each, value: undefined })));
  }
  return changes;
}

/** To whom applications belonged that are long gone. */
export async function forgetTeams({ records, now }: HandlerContext): Promise<readonly Change[]> {
  const all = await listAll<TeamRecord>(records, teamPrefix);
  const over = all.filter(({ withdrawn, at }) => withdrawn === true && at + keptMs <= now);
  return over.slice(0, mostTeams).map(({ application }) => ({ key: teamKey(application), value: undefined }));
}
