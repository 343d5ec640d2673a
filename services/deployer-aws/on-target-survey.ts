import { surveyHandler } from '../../shared/pipeline/deployer-handlers.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';

export const onTargetSurvey = (target: CloudTarget): Handler => surveyHandler('aws', target);
