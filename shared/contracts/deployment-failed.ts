import { defineEvent } from './contract.ts';
import { DeploymentState } from './deployment-state.ts';
import { deploymentId } from './values.ts';

/** The generation will not become ready on this target. */
export const deploymentFailed = defineEvent({
  name: 'deployment.failed',
  summary: 'The generation will not become ready on this target',
  data: DeploymentState,
  subject: deploymentId,
});
