import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { refusedReturn } from './failback-refused.ts';
import { placeStands } from './place-stands.ts';

/** What somebody asked for, and does not get, leaves what runs where it is: only lost ground makes it a matter of recovery. */
const byLoss: ReadonlySet<DecisionCause> = new Set(['target-excluded', 'target-failed', 'target-readmitted']);

/** There is no place for services that lost theirs. */
export const onPlacementRejected = handler({
  consumer: 'dr/on-placement-rejected',
  contract: placementRejected,
  handle: async ({ data, time, dryrun }, context) => {
    const { application, cause, reason, services } = data;
    if (!dryrun && cause === 'failed-back') return refusedReturn(data, context);
    if (dryrun || reason !== 'NoFeasiblePlacement' || !byLoss.has(cause)) return nothing;
    const rejected = services.map(({ service, message }) => ({ service, message: message.slice(0, 500) }));
    const none = { generation: 1, services: [], removed: [] };
    return placeStands({ application, ...none, decidedAt: Date.parse(time), rejected }, context);
  },
});
