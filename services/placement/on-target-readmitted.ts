import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { fanOut } from './fan-out.ts';
import { exclusionKey, type ExclusionRecord } from './record.ts';

/** Ground is regained: applications that could not be placed rightly meanwhile are looked at again. */
export const onTargetReadmitted = handler({
  consumer: 'placement/on-target-readmitted',
  contract: targetReadmitted,
  handle: async ({ data, time, dryrun }, { records }) => {
    if (dryrun) return nothing;
    const key = exclusionKey(data.scope);
    const known = await records.get<ExclusionRecord>(key);
    const since = Date.parse(time);
    if (known !== undefined && known.since >= since) return nothing;
    const value: ExclusionRecord = { scope: data.scope, excluded: false, reason: data.reason, since };
    return {
      writes: [{ key, value }],
      events: await fanOut(records, { scope: data.scope, cause: 'target-readmitted' }),
    };
  },
});
