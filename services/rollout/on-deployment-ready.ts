import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleFact } from './handle-fact.ts';

/** A target serves with all replicas: the generation may take over, or weight comes back. */
export const onDeploymentReady = handler({
  consumer: 'rollout/on-deployment-ready',
  contract: deploymentReady,
  handle: (event, context) => handleFact('ready', event, context),
});
