import { defineEvent } from './contract.ts';
import { DeploymentState } from './deployment-state.ts';
import { deploymentId } from './values.ts';

/** Somebody else changed or deleted what was deployed. */
export const deploymentDrifted = defineEvent({
  name: 'deployment.drifted',
  summary: 'Somebody else changed or deleted what was deployed',
  data: DeploymentState,
  subject: deploymentId,
});
