import { defineEvent } from './contract.ts';
import { DeploymentState } from './deployment-state.ts';
import { deploymentId } from './values.ts';

/** It serves, but with fewer replicas or failing health. */
export const deploymentDegraded = defineEvent({
  name: 'deployment.degraded',
  summary: 'It serves, but with fewer replicas or failing health',
  data: DeploymentState,
  subject: deploymentId,
});
