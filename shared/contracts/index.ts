import type { TSchema } from 'typebox';
import { alertReceived } from './alert-received.ts';
import { billImported } from './bill-imported.ts';
import { billReceived } from './bill-received.ts';
import { billRefused } from './bill-refused.ts';
import { budgetExceeded } from './budget-exceeded.ts';
import { budgetRestored } from './budget-restored.ts';
import { costAnomaly } from './cost-anomaly.ts';
import { costReported } from './cost-reported.ts';
import { costSweepDue } from './cost-sweep-due.ts';
import { pricesUpdated } from './prices-updated.ts';
import { recommendationAccepted } from './recommendation-accepted.ts';
import { recommendationApplied } from './recommendation-applied.ts';
import { recommendationControlRequested } from './recommendation-control-requested.ts';
import { recommendationMade } from './recommendation-made.ts';
import { recommendationVerified } from './recommendation-verified.ts';
import { scheduleCostSweep } from './schedule-cost-sweep.ts';
import { schedulePriceRefresh } from './schedule-price-refresh.ts';
import { usageSummarized } from './usage-summarized.ts';
import { drillCompleted } from './drill-completed.ts';
import { drillRequested } from './drill-requested.ts';
import { failbackEnded } from './failback-ended.ts';
import { failbackRequested } from './failback-requested.ts';
import { failbackSuggested } from './failback-suggested.ts';
import { metricsCollect } from './metrics-collect.ts';
import { metricsCollected } from './metrics-collected.ts';
import { placementPlanned } from './placement-planned.ts';
import { recoveryCheckDue } from './recovery-check-due.ts';
import { recoveryCompleted } from './recovery-completed.ts';
import { recoveryControlRequested } from './recovery-control-requested.ts';
import { recoveryFailed } from './recovery-failed.ts';
import { recoveryPageDue } from './recovery-page-due.ts';
import { recoveryRequested } from './recovery-requested.ts';
import { recoveryStarted } from './recovery-started.ts';
import { recoveryStep } from './recovery-step.ts';
import { replicationMeasured } from './replication-measured.ts';
import { serviceExcluded } from './service-excluded.ts';
import { serviceReadmitted } from './service-readmitted.ts';
import { serviceReturn } from './service-return.ts';
import { trafficMeasured } from './traffic-measured.ts';
import { applicationScaled } from './application-scaled.ts';
import { applicationSubmitted } from './application-submitted.ts';
import { applicationWithdrawn } from './application-withdrawn.ts';
import type { Contract } from './contract.ts';
import { deploymentApply } from './deployment-apply.ts';
import { deploymentDegraded } from './deployment-degraded.ts';
import { deploymentDrifted } from './deployment-drifted.ts';
import { deploymentFailed } from './deployment-failed.ts';
import { deploymentObserve } from './deployment-observe.ts';
import { deploymentReady } from './deployment-ready.ts';
import { deploymentRemove } from './deployment-remove.ts';
import { deploymentRemoved } from './deployment-removed.ts';
import { deploymentReported } from './deployment-reported.ts';
import { healthChanged } from './health-changed.ts';
import { drHoldDue } from './dr-hold-due.ts';
import { drPageDue } from './dr-page-due.ts';
import { drTrafficDue } from './dr-traffic-due.ts';
import { incidentDetected } from './incident-detected.ts';
import { incidentResolved } from './incident-resolved.ts';
import { monitorCollectDue } from './monitor-collect-due.ts';
import { monitorMeasuredDue } from './monitor-measured-due.ts';
import { monitorPageDue } from './monitor-page-due.ts';
import { monitorUsageDue } from './monitor-usage-due.ts';
import { monitorPrometheusDue } from './monitor-prometheus-due.ts';
import { placementDecided } from './placement-decided.ts';
import { placementPageDue } from './placement-page-due.ts';
import { placementFanOutDue } from './placement-fan-out-due.ts';
import { placementReviewDue } from './placement-review-due.ts';
import { placementRejected } from './placement-rejected.ts';
import { rolloutCompleted } from './rollout-completed.ts';
import { rolloutFailed } from './rollout-failed.ts';
import { rolloutPageDue } from './rollout-page-due.ts';
import { rolloutScopeDue } from './rollout-scope-due.ts';
import { rolloutServiceSettled } from './rollout-service-settled.ts';
import { rolloutStepDue } from './rollout-step-due.ts';
import { scheduleReconcile } from './schedule-reconcile.ts';
import { targetExcluded } from './target-excluded.ts';
import { targetReadmitted } from './target-readmitted.ts';
import { targetSurvey } from './target-survey.ts';
import { targetSurveyed } from './target-surveyed.ts';
import { trafficShift } from './traffic-shift.ts';
import { trafficShifted } from './traffic-shifted.ts';

/** Every message of the house: what the generated schemas, the AsyncAPI document and the wiring test walk over. */
export const contracts: readonly Contract<TSchema>[] = [
  applicationSubmitted,
  applicationScaled,
  applicationWithdrawn,
  placementDecided,
  placementPageDue,
  placementReviewDue,
  placementFanOutDue,
  placementRejected,
  deploymentApply,
  deploymentRemove,
  deploymentObserve,
  deploymentReported,
  targetSurvey,
  targetSurveyed,
  deploymentReady,
  deploymentDegraded,
  deploymentFailed,
  deploymentDrifted,
  deploymentRemoved,
  healthChanged,
  trafficShift,
  trafficShifted,
  rolloutCompleted,
  rolloutFailed,
  rolloutPageDue,
  rolloutScopeDue,
  rolloutServiceSettled,
  rolloutStepDue,
  monitorPageDue,
  monitorCollectDue,
  monitorMeasuredDue,
  monitorPrometheusDue,
  monitorUsageDue,
  drHoldDue,
  drPageDue,
  drTrafficDue,
  targetExcluded,
  targetReadmitted,
  incidentDetected,
  incidentResolved,
  scheduleReconcile,
  alertReceived,
  recoveryRequested,
  recoveryControlRequested,
  recoveryStarted,
  recoveryStep,
  recoveryCompleted,
  recoveryFailed,
  recoveryPageDue,
  recoveryCheckDue,
  serviceExcluded,
  serviceReadmitted,
  serviceReturn,
  failbackRequested,
  failbackSuggested,
  failbackEnded,
  placementPlanned,
  drillRequested,
  drillCompleted,
  trafficMeasured,
  replicationMeasured,
  metricsCollect,
  metricsCollected,
  billImported,
  billReceived,
  billRefused,
  budgetExceeded,
  budgetRestored,
  costAnomaly,
  costReported,
  costSweepDue,
  pricesUpdated,
  recommendationAccepted,
  recommendationApplied,
  recommendationControlRequested,
  recommendationMade,
  recommendationVerified,
  scheduleCostSweep,
  schedulePriceRefresh,
  usageSummarized,
] as readonly Contract<TSchema>[];

export const contractOf: ReadonlyMap<string, Contract<TSchema>> = new Map(contracts.map((each) => [each.type, each]));
