import type { Handler } from '../../shared/pipeline/handler.ts';
import type { CostGiven } from './given.ts';
import { onApplicationSubmitted } from './on-application-submitted.ts';
import { onApplicationWithdrawn } from './on-application-withdrawn.ts';
import { onBillImported } from './on-bill-imported.ts';
import { onBillReceived } from './on-bill-received.ts';
import { onBudgetExceeded } from './on-budget-exceeded.ts';
import { onBudgetRestored } from './on-budget-restored.ts';
import { onCostSweepDue } from './on-cost-sweep-due.ts';
import { onScheduleCostSweep } from './on-schedule-cost-sweep.ts';
import { onSchedulePriceRefresh } from './on-schedule-price-refresh.ts';
import { onPlacementDecided } from './on-placement-decided.ts';
import { onRecommendationApplied } from './on-recommendation-applied.ts';
import { onRecommendationControlRequested } from './on-recommendation-control-requested.ts';
import { onRolloutCompleted } from './on-rollout-completed.ts';
import { onRolloutFailed } from './on-rollout-failed.ts';
import { onUsageSummarized } from './on-usage-summarized.ts';

/** Every subscription of the service, composed with what it is given. */
export function handlers(given: CostGiven): readonly Handler[] {
  return [
    onScheduleCostSweep(given),
    onCostSweepDue(given),
    onBillReceived(given),
    onBillImported,
    onBudgetExceeded(given),
    onBudgetRestored(given),
    onApplicationSubmitted,
    onApplicationWithdrawn,
    onPlacementDecided,
    onSchedulePriceRefresh(given),
    onUsageSummarized,
    onRecommendationControlRequested,
    onRecommendationApplied,
    onRolloutCompleted,
    onRolloutFailed,
  ];
}

export { defaultCostSettings, type CostSettings } from './settings.ts';
export { settingsFrom } from './settings-from.ts';
export type { CostGiven } from './given.ts';
export { routes } from './routes.ts';
