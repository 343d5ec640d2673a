import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import { covers } from '../../shared/domain/target.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { isDecided } from './decided.ts';
import { isCordon, mustLeave } from './exclusions.ts';
import { decideNow, place } from './place.ts';
import { planned } from './planned.ts';
import { isWanted } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState, type PlacementState } from './state.ts';
import { onTheClock } from './scheduled.ts';
import { tryAgain } from './try-again.ts';

type Review = DataOf<typeof placementReviewDue>;

/**
 * The ground under an application changed. After an exclusion it is placed again if it stands there; after a readmission only if
 * it could not be placed rightly meanwhile: going back is failback, and a decision of its own. Or it is time to try again, or for
 * other replica counts. Or it is
 * only rehearsed: then what would be decided is said, and nothing is written.
 */
export function onPlacementReviewDue(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-placement-review-due',
    contract: placementReviewDue,
    handle: async (event, context) => {
      const { data } = event;
      const state = inRehearsal(data, await loadState(context.records, data.application), context.now);
      const { application: record, current, exclusions } = state;
      if (!isWanted(record) || isDecided(record, event) || !concerned(data, state)) return nothing;
      if (data.scheduleAt !== undefined) return onTheClock(event, record, state, { settings, context });
      if (data.retryAt !== undefined) return tryAgain(event, record, state, { settings, context });
      const read = readSpec(await context.documents.get<ApplicationSpec>(record.spec), data.application, settings);
      if ('problem' in read) return nothing;
      const { spec, avoid } = record;
      const wish = { application: read.application, cause: data.cause, avoid };
      if (data.drill !== undefined) {
        const { drill, application, scope = '' } = data;
        const decided = decideNow(wish, state, settings, context.now);
        return { events: planned(decided, { drill, application, scope, current, exclusions }) };
      }
      return place({ ...wish, spec, attempts: 0, request: event }, state, settings, context);
    },
  });
}

/** In a dry run the scope is taken for lost, whatever is known of it. */
function inRehearsal({ drill, scope }: Review, state: PlacementState, now: number): PlacementState {
  if (drill === undefined || scope === undefined) return state;
  const lost = { scope, excluded: true, reason: `rehearsal ${drill}`, since: now };
  return { ...state, exclusions: [lost, ...state.exclusions] };
}

function concerned(review: Review, state: PlacementState): boolean {
  const { application } = state;
  if (review.scheduleAt !== undefined) return application?.scheduled?.at === review.scheduleAt;
  if (review.retryAt !== undefined) return application?.retry?.at === review.retryAt;
  return isInScope(review, state);
}

function isInScope({ cause, scope }: Review, { application, current, exclusions }: PlacementState): boolean {
  if (cause === 'target-readmitted') return application?.reviewOwed === true;
  if (scope === undefined) return true;
  const stands = [...current.values()].some(({ service, targets }) =>
    targets.some(({ target }) => covers(scope, target) && mustLeave(exclusions, service, target)),
  );
  return stands || isAboutToStand(scope, { application, exclusions });
}

/** Decided, and not carried out yet: its pages would command what must not be used any more. */
function isAboutToStand(
  scope: string,
  { application, exclusions }: Pick<PlacementState, 'application' | 'exclusions'>,
): boolean {
  const regions = Object.keys(application?.stands ?? {}).filter((region) => covers(scope, region));
  return regions.some((region) =>
    exclusions.some((each) => each.service === undefined && !isCordon(each) && covers(each.scope, region)),
  );
}
