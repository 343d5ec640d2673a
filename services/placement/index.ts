import type { Handler } from '../../shared/pipeline/handler.ts';
import { onApplicationScaled } from './on-application-scaled.ts';
import { onApplicationSubmitted } from './on-application-submitted.ts';
import { onApplicationWithdrawn } from './on-application-withdrawn.ts';
import { onBudgetExceeded } from './on-budget-exceeded.ts';
import { onBudgetRestored } from './on-budget-restored.ts';
import { onDeploymentDrifted } from './on-deployment-drifted.ts';
import { onPlacementFanOutDue } from './on-placement-fan-out-due.ts';
import { onPlacementPageDue } from './on-placement-page-due.ts';
import { onPlacementReviewDue } from './on-placement-review-due.ts';
import { onRecommendationAccepted } from './on-recommendation-accepted.ts';
import { onPricesUpdated } from './on-prices-updated.ts';
import { onRolloutCompleted } from './on-rollout-completed.ts';
import { onRolloutFailed } from './on-rollout-failed.ts';
import { onServiceExcluded } from './on-service-excluded.ts';
import { onServiceReadmitted } from './on-service-readmitted.ts';
import { onServiceReturn } from './on-service-return.ts';
import { onTargetExcluded } from './on-target-excluded.ts';
import { onTargetReadmitted } from './on-target-readmitted.ts';
import type { PlacementSettings } from './settings.ts';

/** Every subscription of the service, composed with its settings. */
export function handlers(settings: PlacementSettings): readonly Handler[] {
  return [
    onApplicationSubmitted(settings),
    onApplicationScaled(settings),
    onApplicationWithdrawn,
    onBudgetExceeded,
    onBudgetRestored,
    onPlacementPageDue,
    onPlacementReviewDue(settings),
    onPlacementFanOutDue,
    onDeploymentDrifted,
    onPricesUpdated,
    onRecommendationAccepted(settings),
    onRolloutCompleted,
    onRolloutFailed(settings),
    onServiceExcluded,
    onServiceReadmitted,
    onServiceReturn(settings),
    onTargetExcluded,
    onTargetReadmitted,
  ];
}

export { defaultPlacementSettings, type PlacementSettings } from './settings.ts';
export { settingsFrom } from './settings-from.ts';
export { routes } from './routes.ts';
