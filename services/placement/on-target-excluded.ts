import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { fanOut } from './fan-out.ts';
import { exclusionKey, type ExclusionRecord } from './record.ts';

/** A cloud, region or target is out of use: remember it, and look at every application again, page by page. */
export const onTargetExcluded = handler({
  consumer: 'placement/on-target-excluded',
  contract: targetExcluded,
  handle: async ({ data, time }, { records }) => {
    const key = exclusionKey(data.scope);
    const known = await records.get<ExclusionRecord>(key);
    const since = Date.parse(time);
    // Order is not assumed: a newer readmission has the last word.
    if (known !== undefined && known.since >= since) return nothing;
    const value: ExclusionRecord = { scope: data.scope, excluded: true, reason: data.reason, since };
    return { writes: [{ key, value }], events: await fanOut(records, { scope: data.scope, cause: 'target-excluded' }) };
  },
});
