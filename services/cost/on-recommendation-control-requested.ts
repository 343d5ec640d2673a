import { recommendationControlRequested } from '../../shared/contracts/recommendation-control-requested.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { awaiting } from './recommend/awaited.ts';
import { control } from './recommend/control.ts';
import { readService } from './recommend/read-service.ts';
import { recommendationKey, type RecommendationRecord } from './recommend/record.ts';

/** Somebody wants a recommendation applied, taken back, or out of sight. Of one that is not there nothing can be done, nor noted. */
export const onRecommendationControlRequested = handler({
  consumer: 'cost/on-recommendation-control-requested',
  contract: recommendationControlRequested,
  handle: async ({ data, source, dryrun }, { records, now }) => {
    const key = recommendationKey(data.recommendation);
    const record = await records.get<RecommendationRecord>(key);
    if (dryrun || record === undefined) return nothing;
    const { application, service } = record;
    const others = (await readService(application, service, records)).records;
    const by = data.requestedBy ?? source;
    const reason = data.reason === undefined ? {} : { reason: data.reason };
    const controlled = control(record, others, { action: data.action, by, now, ...reason });
    const waits = controlled.events.length === 0 ? [] : await awaiting(application, [record.id], records);
    return { writes: [{ key, value: controlled.record }, ...waits], events: controlled.events };
  },
});
