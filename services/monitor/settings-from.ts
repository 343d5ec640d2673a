import type { Settings } from '../../shared/domain/settings/index.ts';
import { defaultMonitorSettings, type MonitorSettings } from './settings.ts';

/** What monitor takes of the configuration. */
export function settingsFrom({ monitor, sandbox }: Settings): MonitorSettings {
  // A sandbox that starts workloads in a second is watched by the tenth of it; a real cloud would only charge for the calls.
  const pace = sandbox.enabled && sandbox.speed !== 'realistic' ? 0.25 : 1;
  const { everySeconds, ...metrics } = monitor.metrics;
  // Where it is and how it lets us in is for whoever composes.
  const prometheus = metrics.prometheus.map(({ name, targets }) =>
    targets === undefined ? { name } : { name, targets },
  );
  return {
    ...defaultMonitorSettings,
    observeInitialMs: Math.max(20, monitor.observeInitialMs * pace * (sandbox.speed === 'instant' ? 0.2 : 1)),
    observeMaxMs: monitor.observeMaxMs * pace,
    observeUnreachableMs: defaultMonitorSettings.observeUnreachableMs * pace,
    reconcileAfterMs: reconcileEveryMs({ monitor, sandbox }),
    surveyAfterMs: 10 * reconcileEveryMs({ monitor, sandbox }),
    sweepPaceMs: defaultMonitorSettings.sweepPaceMs * pace,
    metrics: { ...metrics, prometheus, everyMs: everySeconds * 1000 },
    health: {
      ...defaultMonitorSettings.health,
      unreachableAfter: monitor.unreachableAfter,
      // What was said of requests must last until it is said again.
      errorsForgetMs: Math.max(defaultMonitorSettings.health.errorsForgetMs, 3 * everySeconds * 1000),
    },
  };
}

/** How often the sweep runs: often enough in a sandbox that a lost region is noticed while somebody watches. */
export function reconcileEveryMs({ monitor, sandbox }: Pick<Settings, 'monitor' | 'sandbox'>): number {
  return monitor.reconcileSeconds * (sandbox.enabled && sandbox.speed !== 'realistic' ? 200 : 1000);
}
