import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { placeStands } from './place-stands.ts';

/** Services go somewhere: what a recovery will have to know of where they stood, and measures their way by. */
export const onPlacementDecided = handler({
  consumer: 'dr/on-placement-decided',
  contract: placementDecided,
  handle: async ({ data, time, dryrun }, context) => {
    if (dryrun) return nothing;
    const { application, generation, services, removed } = data;
    return placeStands({ application, generation, decidedAt: Date.parse(time), services, removed }, context);
  },
});
