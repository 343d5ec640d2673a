import { replicationMeasured } from '../../shared/contracts/replication-measured.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { follow } from './follow.ts';
import { withLag } from './stand.ts';

/** A service says how far behind a copy of its data is: what a recovery loses at most. */
export const onReplicationMeasured = handler({
  consumer: 'dr/on-replication-measured',
  contract: replicationMeasured,
  handle: async ({ data, time, dryrun }, context) => {
    if (dryrun) return nothing;
    const at = Date.parse(time);
    const { scope, lagSeconds } = data;
    return follow(data, (stand) => withLag(stand, scope, { at, lagSeconds }), context, at);
  },
});
