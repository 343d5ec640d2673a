import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause } from './placement-decided.ts';
import { Name, TargetScope } from './values.ts';

/** Placement's note to itself: look at this application again, because the ground under it changed, or may have. */
export const placementReviewDue = defineEvent({
  name: 'placement.review-due',
  summary: 'An application is to be placed again',
  data: Type.Object(
    {
      application: Name,
      cause: DecisionCause,
      scope: Type.Optional(TargetScope),
      /** The try, by its due time (epoch ms), that this note is for: void when the application waits for another, or for none. */
      retryAt: Type.Optional(Type.Integer({ minimum: 0 })),
      /** The change of replica counts by the clock (epoch ms) that this note is for: void when the application waits for another. */
      scheduleAt: Type.Optional(Type.Integer({ minimum: 0 })),
      /** A dry run's: what would be decided without the scope is said to it, and nothing else happens. */
      drill: Type.Optional(Type.String({ maxLength: 120 })),
    },
    { additionalProperties: false },
  ),
  // Every decision takes from the one ledger of quotas: reviews of one scope take turns, the first asked for first, instead of all
  // deciding at once and all but one of them in vain.
  subject: (data) => data.scope ?? data.application,
});
