import type { Handler } from '../../shared/pipeline/handler.ts';
import { onAlertReceived } from './on-alert-received.ts';
import { onDeploymentDegraded } from './on-deployment-degraded.ts';
import { onDeploymentReady } from './on-deployment-ready.ts';
import { onDrHoldDue } from './on-dr-hold-due.ts';
import { onDrPageDue } from './on-dr-page-due.ts';
import { onDrTrafficDue } from './on-dr-traffic-due.ts';
import { onDrillRequested } from './on-drill-requested.ts';
import { onFailbackRequested } from './on-failback-requested.ts';
import { onHealthChanged } from './on-health-changed.ts';
import { onPlacementDecided } from './on-placement-decided.ts';
import { onPlacementPlanned } from './on-placement-planned.ts';
import { onPlacementRejected } from './on-placement-rejected.ts';
import { onRecoveryCheckDue } from './on-recovery-check-due.ts';
import { onRecoveryControlRequested } from './on-recovery-control-requested.ts';
import { onRecoveryPageDue } from './on-recovery-page-due.ts';
import { onRecoveryRequested } from './on-recovery-requested.ts';
import { onReplicationMeasured } from './on-replication-measured.ts';
import { onRolloutFailed } from './on-rollout-failed.ts';
import { onScheduleReconcile } from './on-schedule-reconcile.ts';
import { onTargetExcluded } from './on-target-excluded.ts';
import { onTargetReadmitted } from './on-target-readmitted.ts';
import { onTargetSurveyed } from './on-target-surveyed.ts';
import { onTrafficMeasured } from './on-traffic-measured.ts';
import { onTrafficShifted } from './on-traffic-shifted.ts';
import { defaultDrSettings, type DrSettings } from './settings.ts';

/** Every subscription of the service, composed with its settings; what is not given has its default. */
export function handlers(given: Partial<DrSettings>): readonly Handler[] {
  const settings = { ...defaultDrSettings, ...given };
  return [
    // Where services stand.
    onPlacementDecided,
    onDrPageDue,
    onPlacementRejected,
    onRolloutFailed,
    onDeploymentReady,
    onDeploymentDegraded,
    onTrafficShifted,
    onReplicationMeasured,
    onTrafficMeasured,
    onDrTrafficDue,
    // What gives cause.
    onHealthChanged(settings),
    onTargetSurveyed(settings),
    onDrHoldDue(settings),
    onAlertReceived(settings),
    onRecoveryRequested(settings),
    onTargetExcluded(settings),
    onTargetReadmitted,
    // What becomes of it.
    onRecoveryPageDue,
    onRecoveryCheckDue(settings),
    onFailbackRequested(settings),
    onDrillRequested(settings),
    onPlacementPlanned,
    onRecoveryControlRequested,
    onScheduleReconcile(settings),
  ];
}

export { defaultDrSettings, type DrSettings } from './settings.ts';
export { settingsFrom } from './settings-from.ts';
export { routes } from './routes.ts';
