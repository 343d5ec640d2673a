import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { teamKey, type TeamRecord } from './estimates/record.ts';

/** Whose cost it is: the labels of the newest spec. */
export const onApplicationSubmitted = handler({
  consumer: 'cost/on-application-submitted',
  contract: applicationSubmitted,
  handle: async ({ data, time, dryrun }, { records, documents }) => {
    const { application, document } = data;
    const key = teamKey(application);
    const at = Date.parse(time);
    const known = await records.get<TeamRecord>(key);
    if (dryrun || (known !== undefined && known.at >= at)) return nothing;
    const spec = data.spec ?? (document === undefined ? undefined : await documents.get<ApplicationSpec>(document));
    if (spec === undefined) return nothing;
    const labels = spec.metadata.labels ?? {};
    const { team } = labels;
    const value: TeamRecord = { application, ...(team === undefined ? {} : { team }), labels, at };
    return { writes: [{ key, value }] };
  },
});
