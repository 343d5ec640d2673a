import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { fanOut } from './fan-out.ts';
import { exclusionKey, type ExclusionRecord } from './record.ts';

/**
 * A cloud, region or target is out of use: remember it, and look again at every application that stands there, page by page. A cordon
 * is only remembered: what stands there stays. A dry run is not: what would be decided is said to it.
 */
export const onTargetExcluded = handler({
  consumer: 'placement/on-target-excluded',
  contract: targetExcluded,
  handle: async ({ data, time, id, dryrun }, { records }) => {
    const { scope, reason, mode = 'ungraceful', incident = id } = data;
    const cause = 'target-excluded';
    if (dryrun) return { events: await fanOut(records, { scope, cause, drill: incident.slice(0, 120) }) };
    const key = exclusionKey(scope);
    const known = await records.get<ExclusionRecord>(key);
    const since = Date.parse(time);
    // Order is not assumed: a newer readmission has the last word.
    if (known !== undefined && known.since >= since) return nothing;
    const value: ExclusionRecord = { scope, excluded: true, mode, reason, since };
    const events = mode === 'cordon' ? [] : await fanOut(records, { scope, cause });
    return { writes: [{ key, value }], events };
  },
});
