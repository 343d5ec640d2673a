import type { Handler } from '../../shared/pipeline/handler.ts';
import { onDeploymentDegraded } from './on-deployment-degraded.ts';
import { onDeploymentDrifted } from './on-deployment-drifted.ts';
import { onDeploymentFailed } from './on-deployment-failed.ts';
import { onDeploymentReady } from './on-deployment-ready.ts';
import { onDeploymentRemoved } from './on-deployment-removed.ts';
import { onPlacementDecided } from './on-placement-decided.ts';
import { onRolloutPageDue } from './on-rollout-page-due.ts';
import { onRolloutScopeDue } from './on-rollout-scope-due.ts';
import { onRolloutServiceSettled } from './on-rollout-service-settled.ts';
import { onRolloutStepDue } from './on-rollout-step-due.ts';
import { onServiceExcluded } from './on-service-excluded.ts';
import { onServiceReadmitted } from './on-service-readmitted.ts';
import { onTargetExcluded } from './on-target-excluded.ts';
import { onTargetReadmitted } from './on-target-readmitted.ts';
import { onTrafficShifted } from './on-traffic-shifted.ts';
import type { RolloutSettings } from './settings.ts';

/** Every subscription of the service, composed with its settings. */
export function handlers(settings: RolloutSettings): readonly Handler[] {
  return [
    onPlacementDecided,
    onRolloutPageDue,
    onDeploymentReady,
    onDeploymentDegraded,
    onDeploymentFailed,
    onDeploymentDrifted,
    onDeploymentRemoved,
    onTrafficShifted,
    onServiceExcluded,
    onServiceReadmitted,
    onTargetExcluded,
    onTargetReadmitted,
    onRolloutScopeDue(settings),
    onRolloutServiceSettled,
    onRolloutStepDue,
  ];
}

export { defaultRolloutSettings, type RolloutSettings } from './settings.ts';
export { routes } from './routes.ts';
