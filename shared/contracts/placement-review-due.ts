import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause } from './placement-decided.ts';
import { Name, TargetScope } from './values.ts';

/** Placement's note to itself: look at this application again, because the ground under it changed. */
export const placementReviewDue = defineEvent({
  name: 'placement.review-due',
  summary: 'An application is to be placed again',
  data: Type.Object(
    { application: Name, cause: DecisionCause, scope: Type.Optional(TargetScope) },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
