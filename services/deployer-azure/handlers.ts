import type { Handler } from '../../shared/pipeline/handler.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import { onDeploymentApply } from './on-deployment-apply.ts';
import { onDeploymentObserve } from './on-deployment-observe.ts';
import { onDeploymentRemove } from './on-deployment-remove.ts';
import { onTargetSurvey } from './on-target-survey.ts';

/** The deployer's subscriptions: the commands of its own cloud. */
export const handlers = (target: CloudTarget): readonly Handler[] => [
  onDeploymentApply(target),
  onDeploymentRemove(target),
  onDeploymentObserve(target),
  onTargetSurvey(target),
];
