import type { Handler } from '../../shared/pipeline/handler.ts';
import { applyHandler } from '../../shared/pipeline/deployer-handlers.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';

/** Subscription `deployer-gcp/on-deployment-apply`. */
export const onDeploymentApply = (target: CloudTarget): Handler => applyHandler('gcp', target);
