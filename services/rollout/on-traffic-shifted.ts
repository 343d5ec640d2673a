import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { advanceService } from './advance-service.ts';
import { confirm } from './confirm.ts';

/** The router follows a split: what has no weight in it may go, and a canary's step begins. */
export const onTrafficShifted = handler({
  consumer: 'rollout/on-traffic-shifted',
  contract: trafficShifted,
  handle: ({ data, dryrun }, context) =>
    dryrun ? Promise.resolve(nothing) : advanceService(data, (record) => confirm(record, data), context),
});
