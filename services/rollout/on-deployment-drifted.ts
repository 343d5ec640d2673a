import { deploymentDrifted } from '../../shared/contracts/deployment-drifted.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleFact } from './handle-fact.ts';

/** Somebody changed or deleted a target, or a retired one still stands and is to be removed again. */
export const onDeploymentDrifted = handler({
  consumer: 'rollout/on-deployment-drifted',
  contract: deploymentDrifted,
  handle: (event, context) => handleFact('drifted', event, context),
});
