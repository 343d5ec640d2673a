import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause } from './placement-decided.ts';
import { TargetScope } from './values.ts';

/** Placement's note to itself: ask for reviews of the applications behind `after`. A fleet is reviewed page by page. */
export const placementFanOutDue = defineEvent({
  name: 'placement.fan-out-due',
  summary: 'The next page of applications is to be reviewed',
  data: Type.Object(
    { scope: TargetScope, cause: DecisionCause, after: Type.String({ maxLength: 300 }) },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
