import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { follow } from './follow.ts';
import { withFailure } from './stand.ts';

/** A generation failed by this service: placement plans again, and the recovery goes on with what it decides. */
export const onRolloutFailed = handler({
  consumer: 'dr/on-rollout-failed',
  contract: rolloutFailed,
  handle: async ({ data, time, dryrun }, context) => {
    if (dryrun) return nothing;
    const at = Date.parse(time);
    const { generation, target, reason } = data;
    const message = `${target}: ${reason}`;
    return follow(data, (stand) => withFailure(stand, { generation, at, message }), context, at);
  },
});
