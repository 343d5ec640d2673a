import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { teamKey, type TeamRecord } from './estimates/record.ts';

/** Nothing more is expected of it, as placement says service by service; to whom it belonged is still known when its last bills come. */
export const onApplicationWithdrawn = handler({
  consumer: 'cost/on-application-withdrawn',
  contract: applicationWithdrawn,
  handle: async ({ data, time, dryrun }, { records }) => {
    const key = teamKey(data.application);
    const at = Date.parse(time);
    const known = await records.get<TeamRecord>(key);
    if (dryrun || known === undefined || known.at >= at) return nothing;
    const value: TeamRecord = { ...known, at, withdrawn: true };
    return { writes: [{ key, value }] };
  },
});
