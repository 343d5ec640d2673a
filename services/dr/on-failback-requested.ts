import { failbackRequested } from '../../shared/contracts/failback-requested.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { request } from './failback.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';

/** An operator wants back what a recovery moved. */
export function onFailbackRequested(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-failback-requested',
    contract: failbackRequested,
    handle: async ({ data, dryrun }, { records, now }) => {
      if (dryrun) return nothing;
      const sheet = new Sheet();
      await request(data.recovery, data.reason, { sheet, records, now, settings });
      return sheet.outcome();
    },
  });
}
