import { rolloutPageDue } from '../../shared/contracts/rollout-page-due.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { rolloutKey, type RolloutRecord } from './record.ts';
import { rollPage } from './roll-page.ts';

/** The rest of a page that did not fit one transaction. */
export const onRolloutPageDue = handler({
  consumer: 'rollout/on-rollout-page-due',
  contract: rolloutPageDue,
  handle: async ({ data }, context) => {
    const rollout = await context.records.get<RolloutRecord>(rolloutKey(data.application));
    return rollPage(data, { rollout, writes: [], events: [] }, context);
  },
});
