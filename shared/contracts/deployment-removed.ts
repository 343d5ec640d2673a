import { defineEvent } from './contract.ts';
import { DeploymentState } from './deployment-state.ts';
import { deploymentId } from './values.ts';

/** Nothing of the service stands on this target any more. */
export const deploymentRemoved = defineEvent({
  name: 'deployment.removed',
  summary: 'Nothing of the service stands on this target any more',
  data: DeploymentState,
  subject: deploymentId,
});
