import { defineEvent } from './contract.ts';
import { DeploymentState } from './deployment-state.ts';
import { deploymentId } from './values.ts';

/** The commanded generation serves with all replicas. */
export const deploymentReady = defineEvent({
  name: 'deployment.ready',
  summary: 'The commanded generation serves with all replicas',
  data: DeploymentState,
  subject: deploymentId,
});
