import { deploymentFailed } from '../../shared/contracts/deployment-failed.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleFact } from './handle-fact.ts';

/** A target will not become ready: the generation fails while it rolls out; afterwards its weight goes elsewhere. */
export const onDeploymentFailed = handler({
  consumer: 'rollout/on-deployment-failed',
  contract: deploymentFailed,
  handle: (event, context) => handleFact('failed', event, context),
});
