import type { Handler } from '../../shared/pipeline/handler.ts';
import { removeHandler } from '../../shared/pipeline/deployer-handlers.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';

/** Subscription `deployer-gcp/on-deployment-remove`. */
export const onDeploymentRemove = (target: CloudTarget): Handler => removeHandler('gcp', target);
