import { rolloutServiceSettled } from '../../shared/contracts/rollout-service-settled.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { finishPage, settlePage } from './decide-rollout.ts';
import { pageKey, rolloutKey, serviceKey, type PageRecord, type RolloutRecord, type ServiceRecord } from './record.ts';

/** One service less to wait for; with the last one its page is done, with the last page the generation. */
export const onRolloutServiceSettled = handler({
  consumer: 'rollout/on-rollout-service-settled',
  contract: rolloutServiceSettled,
  handle: async ({ data }, { records, now }) => {
    const key = pageKey(data.application, data.page);
    const page = await records.get<PageRecord>(key);
    if (page?.generation !== data.generation || !page.remaining.includes(data.service)) return nothing;
    const service = await records.get<ServiceRecord>(serviceKey(data.application, data.service));
    // It has failed since it said so, and is waited for again.
    if (service?.generation === data.generation && !service.settled) return nothing;
    const left = settlePage(page, data.service);
    if (left.remaining.length > 0) return { writes: [{ key, value: left }] };
    const rollout = await records.get<RolloutRecord>(rolloutKey(data.application));
    // The page goes in any case; its rollout may have been superseded meanwhile.
    if (rollout?.generation !== data.generation) return { writes: [{ key, value: undefined }] };
    const finished = finishPage(rollout, data.page, now);
    return {
      writes: [
        { key, value: undefined },
        { key: rolloutKey(data.application), value: finished.rollout },
      ],
      events: finished.events,
    };
  },
});
