import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { requestDrill } from './drill.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';

/** A person, CI or the schedule wants to know whether a loss would be survived. */
export function onDrillRequested(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-drill-requested',
    contract: drillRequested,
    handle: async ({ data, time, dryrun }, { records, now }) => {
      if (dryrun) return nothing;
      const sheet = new Sheet();
      const requestedAt = Math.min(now, Date.parse(time));
      await requestDrill({ mode: 'graceful', ...data, requestedAt }, { sheet, records, now, settings });
      return sheet.outcome();
    },
  });
}
