import { metricsCollected } from '../../shared/contracts/metrics-collected.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { keepMeasured } from './metrics/keep.ts';
import type { MonitorSettings } from './settings.ts';

/**
 * What a cloud, or a Prometheus, measured of deployments. When its monitoring did not answer, nothing is known and nothing concluded: that the figures
 * are silent says nothing of what they are about.
 */
export function onMetricsCollected(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-metrics-collected',
    contract: metricsCollected,
    handle: ({ data, time, dryrun }, context) => {
      const { scope, status, series, to, prometheus } = data;
      if (dryrun || status === 'unavailable') return Promise.resolve(nothing);
      // Who speaks for one region is not believed about another.
      const own = series.filter(({ target }) => regionScope(target) === scope);
      const measured = own.map(({ target, ...rest }) => ({ ...rest, place: target }));
      const asOf = Date.parse(to);
      const report = { scope, adds: false, asOf: Number.isNaN(asOf) ? Date.parse(time) : asOf, measured };
      return keepMeasured(prometheus === undefined ? report : { ...report, prometheus: true }, context, settings);
    },
  });
}
