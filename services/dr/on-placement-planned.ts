import { placementPlanned } from '../../shared/contracts/placement-planned.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import type { DrillPlanPage, DrillRecord } from './drill-record.ts';
import { drillKey, drillPlanKey } from './keys.ts';

/** A page of what placement would do without a scope. It comes in a dry run, and belongs to a drill that is under way. */
export const onPlacementPlanned = handler({
  consumer: 'dr/on-placement-planned',
  contract: placementPlanned,
  handle: async ({ data }, { records }) => {
    const { drill, application, page, pages, services } = data;
    const known = await records.get<DrillRecord>(drillKey(drill));
    if (known?.state !== 'planning') return nothing;
    const key = drillPlanKey(drill, application, page);
    await records.get(key);
    const value: DrillPlanPage = { application, page, pages, services };
    return { writes: [{ key, value }] };
  },
});
