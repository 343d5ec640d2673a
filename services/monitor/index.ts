import type { Handler } from '../../shared/pipeline/handler.ts';
import { onDeploymentReported } from './on-deployment-reported.ts';
import { onMetricsCollected } from './on-metrics-collected.ts';
import { onMonitorCollectDue } from './on-monitor-collect-due.ts';
import { onMonitorMeasuredDue } from './on-monitor-measured-due.ts';
import { onMonitorPageDue } from './on-monitor-page-due.ts';
import { onMonitorPrometheusDue, type PrometheusSources } from './on-monitor-prometheus-due.ts';
import { onMonitorUsageDue } from './on-monitor-usage-due.ts';
import { onPlacementDecided } from './on-placement-decided.ts';
import { onScheduleReconcile } from './on-schedule-reconcile.ts';
import { onTargetSurveyed } from './on-target-surveyed.ts';
import { onTrafficMeasured } from './on-traffic-measured.ts';
import type { MonitorSettings } from './settings.ts';

/** Every subscription of the service, composed with its settings and what reads each Prometheus that they name. */
export function handlers(settings: MonitorSettings, prometheus: PrometheusSources = new Map()): readonly Handler[] {
  return [
    onPlacementDecided(settings),
    onMonitorPageDue(settings),
    onDeploymentReported(settings),
    onScheduleReconcile(settings),
    onTargetSurveyed(settings),
    onMonitorCollectDue(),
    onMonitorPrometheusDue(settings, prometheus),
    onMetricsCollected(settings),
    onMonitorMeasuredDue(settings),
    onTrafficMeasured(settings),
    onMonitorUsageDue(settings),
  ];
}

export { defaultMonitorSettings, type MonitorSettings } from './settings.ts';
export { settingsFrom, reconcileEveryMs } from './settings-from.ts';
export { routes } from './routes.ts';
