import type { Handler } from '../../shared/pipeline/handler.ts';
import { surveyHandler } from '../../shared/pipeline/deployer-handlers.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';

/** Subscription `deployer-gcp/on-deployment-observe`. */
export const onTargetSurvey = (target: CloudTarget): Handler => surveyHandler('gcp', target);
