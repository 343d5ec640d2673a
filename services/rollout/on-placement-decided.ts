import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { finishPage, openPage } from './decide-rollout.ts';
import { pageKey, rolloutKey, type PageRecord, type RolloutRecord } from './record.ts';
import { rollPage } from './roll-page.ts';

/** A page of a generation: its services are rolled out from here on. */
export const onPlacementDecided = handler({
  consumer: 'rollout/on-placement-decided',
  contract: placementDecided,
  handle: async ({ data, dryrun }, context) => {
    if (dryrun) return nothing;
    const { records, now } = context;
    const { pages, decision: _decision, ...page } = data;
    const key = pageKey(data.application, data.page);
    const known = await records.get<RolloutRecord>(rolloutKey(data.application));
    const standing = await records.get<PageRecord>(key);
    const opened = openPage(known, { ...page, pages }, now);
    // A page that lists nothing is done as it comes: a generation that changes nothing still completes.
    const empty = opened.page?.remaining.length === 0;
    const finished = empty ? finishPage(opened.rollout, data.page, now) : { rollout: opened.rollout, events: [] };
    const waits = opened.page === undefined || empty ? standing : opened.page;
    const writes = waits === standing ? [] : [{ key, value: waits }];
    return rollPage(page, { rollout: finished.rollout, writes, events: finished.events }, context);
  },
});
