import type { Handler } from '../../shared/pipeline/handler.ts';
import { observeHandler } from '../../shared/pipeline/deployer-handlers.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';

/** Subscription `deployer-gcp/on-deployment-observe`. */
export const onDeploymentObserve = (target: CloudTarget): Handler => observeHandler('gcp', target);
