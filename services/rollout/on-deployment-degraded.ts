import { deploymentDegraded } from '../../shared/contracts/deployment-degraded.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleFact } from './handle-fact.ts';

/** A target serves, but badly: weight goes to better ones. */
export const onDeploymentDegraded = handler({
  consumer: 'rollout/on-deployment-degraded',
  contract: deploymentDegraded,
  handle: (event, context) => handleFact('degraded', event, context),
});
