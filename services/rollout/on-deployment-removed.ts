import { deploymentRemoved } from '../../shared/contracts/deployment-removed.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleFact } from './handle-fact.ts';

/** Nothing stands there any more: a removal is no longer owed. */
export const onDeploymentRemoved = handler({
  consumer: 'rollout/on-deployment-removed',
  contract: deploymentRemoved,
  handle: (event, context) => handleFact('removed', event, context),
});
