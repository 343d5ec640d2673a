import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { expectPage } from './expect-page.ts';
import type { MonitorSettings } from './settings.ts';

/** What to expect where from now on. */
export function onPlacementDecided(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-placement-decided',
    contract: placementDecided,
    handle: ({ data, time, dryrun }, context) => {
      if (dryrun) return Promise.resolve(nothing);
      const { application, generation, services, removed } = data;
      return expectPage({ application, generation, services, removed, decidedAt: Date.parse(time) }, context, settings);
    },
  });
}
