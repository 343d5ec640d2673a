import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { follow } from './follow.ts';
import { withRunning } from './stand.ts';

/** A deployment serves with all it should. */
export const onDeploymentReady = handler({
  consumer: 'dr/on-deployment-ready',
  contract: deploymentReady,
  handle: async ({ data, time, dryrun }, context) => {
    if (dryrun) return nothing;
    const at = Date.parse(time);
    return follow(data, (stand) => withRunning(stand, 'ready', data, at), context, at);
  },
});
