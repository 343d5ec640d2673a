import { placementFanOutDue } from '../../shared/contracts/placement-fan-out-due.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { fanOut } from './fan-out.ts';

/** The next page of applications to be looked at again. */
export const onPlacementFanOutDue = handler({
  consumer: 'placement/on-placement-fan-out-due',
  contract: placementFanOutDue,
  handle: async ({ data }, { records }) => ({ events: await fanOut(records, data) }),
});
