import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { follow } from './follow.ts';
import { withSplit } from './stand.ts';

/** The router follows a split. */
export const onTrafficShifted = handler({
  consumer: 'dr/on-traffic-shifted',
  contract: trafficShifted,
  handle: async ({ data, time, dryrun }, context) => {
    if (dryrun) return nothing;
    const at = Date.parse(time);
    const targets = data.routes.filter(({ weight }) => weight > 0).map(({ target }) => target);
    return follow(data, (stand) => withSplit(stand, { sequence: data.sequence, at, targets }), context, at);
  },
});
