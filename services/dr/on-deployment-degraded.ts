import { deploymentDegraded } from '../../shared/contracts/deployment-degraded.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { follow } from './follow.ts';
import { withRunning } from './stand.ts';

/** A deployment serves with a part of it. */
export const onDeploymentDegraded = handler({
  consumer: 'dr/on-deployment-degraded',
  contract: deploymentDegraded,
  handle: async ({ data, time, dryrun }, context) => {
    if (dryrun) return nothing;
    const at = Date.parse(time);
    return follow(data, (stand) => withRunning(stand, 'degraded', data, at), context, at);
  },
});
