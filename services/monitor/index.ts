import type { Handler } from '../../shared/pipeline/handler.ts';
import { onDeploymentReported } from './on-deployment-reported.ts';
import { onMonitorPageDue } from './on-monitor-page-due.ts';
import { onPlacementDecided } from './on-placement-decided.ts';
import { onScheduleReconcile } from './on-schedule-reconcile.ts';
import { onTargetSurveyed } from './on-target-surveyed.ts';
import type { MonitorSettings } from './settings.ts';

/** Every subscription of the service, composed with its settings. */
export function handlers(settings: MonitorSettings): readonly Handler[] {
  return [
    onPlacementDecided(settings),
    onMonitorPageDue(settings),
    onDeploymentReported(settings),
    onScheduleReconcile(settings),
    onTargetSurveyed(settings),
  ];
}

export { defaultMonitorSettings, type MonitorSettings } from './settings.ts';
export { settingsFrom, reconcileEveryMs } from './settings-from.ts';
export { routes } from './routes.ts';
