import { noMetrics } from '../../shared/pipeline/deployer-handlers.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { MetricSource } from '../../shared/ports/metric-source.ts';
import { onDeploymentApply } from './on-deployment-apply.ts';
import { onDeploymentObserve } from './on-deployment-observe.ts';
import { onDeploymentRemove } from './on-deployment-remove.ts';
import { onMetricsCollect } from './on-metrics-collect.ts';
import { onTargetSurvey } from './on-target-survey.ts';

/** The subscriptions of this service. */
export const handlers = (target: CloudTarget, metrics: MetricSource = noMetrics): readonly Handler[] => [
  onDeploymentApply(target),
  onDeploymentRemove(target),
  onDeploymentObserve(target),
  onTargetSurvey(target),
  onMetricsCollect(metrics),
];
