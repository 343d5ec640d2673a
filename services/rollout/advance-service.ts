import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { advance, type Surroundings } from './decide.ts';
import { hasFailed } from './decide-rollout.ts';
import { readExcluded } from './exclusions.ts';
import { rolloutKey, serviceKey, type RolloutRecord, type ServiceRecord } from './record.ts';

/** Loads one service, applies a change to it, and does what can be done then. Nothing when the service or the change is none. */
export async function advanceService(
  { application, service }: { readonly application: string; readonly service: string },
  change: (record: ServiceRecord) => ServiceRecord,
  { records }: HandlerContext,
  how: Pick<Surroundings, 'exclusion'> = {},
): Promise<Outcome> {
  const key = serviceKey(application, service);
  const known = await records.get<ServiceRecord>(key);
  if (known === undefined) return {};
  const changed = change(known);
  if (changed === known) return {};
  const rollout = await records.get<RolloutRecord>(rolloutKey(application));
  const excluded = await readExcluded(records);
  const { record, events } = advance(changed, { excluded, failed: hasFailed(rollout, changed), ...how });
  return { writes: [{ key, value: record }], events };
}
