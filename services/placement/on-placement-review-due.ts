import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import { covers } from '../../shared/domain/target.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { isDecided } from './decided.ts';
import { place } from './place.ts';
import { isWanted } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState, type PlacementState } from './state.ts';
import { tryAgain } from './try-again.ts';

/**
 * The ground under an application changed. After an exclusion it is placed again if it stands there; after a readmission only if
 * it could not be placed rightly meanwhile: going back is failback, and a decision of its own. Or it is time to try again.
 */
export function onPlacementReviewDue(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-placement-review-due',
    contract: placementReviewDue,
    handle: async (event, context) => {
      const { data } = event;
      const state = await loadState(context.records, data.application);
      const { application: record } = state;
      if (!isWanted(record) || isDecided(record, event) || !concerned(data, state)) return nothing;
      if (data.retryAt !== undefined) return tryAgain(event, record, state, { settings, context });
      const read = readSpec(await context.documents.get<ApplicationSpec>(record.spec), data.application, settings);
      if ('problem' in read) return nothing;
      const { spec, avoid } = record;
      return place(
        { application: read.application, spec, cause: data.cause, avoid, attempts: 0, request: event },
        state,
        settings,
        context,
      );
    },
  });
}

function concerned(
  { cause, scope, retryAt }: DataOf<typeof placementReviewDue>,
  { application, current }: PlacementState,
): boolean {
  if (retryAt !== undefined) return application?.retry?.at === retryAt;
  if (cause === 'target-readmitted') return application?.reviewOwed === true;
  if (scope === undefined) return true;
  return [...current.values()].some(({ targets }) => targets.some(({ target }) => covers(scope, target)));
}
