import { trafficMeasured } from '../../shared/contracts/traffic-measured.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { keepMeasured } from './metrics/keep.ts';
import { measuredByRouter } from './metrics/traffic.ts';
import type { MonitorSettings } from './settings.ts';

/** What clients saw, before any target. Each window is counted once: the pipeline sees to that. */
export function onTrafficMeasured(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-traffic-measured',
    contract: trafficMeasured,
    handle: ({ data, dryrun }, context) => {
      if (dryrun) return Promise.resolve(nothing);
      const report = { adds: true, asOf: Date.parse(data.to), measured: measuredByRouter(data) };
      return keepMeasured(report, context, settings);
    },
  });
}
