import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause } from './placement-decided.ts';
import { TargetScope, Tier } from './values.ts';

/** Placement's note to itself: ask for reviews of the applications behind `after`. A fleet is reviewed page by page. */
export const placementFanOutDue = defineEvent({
  name: 'placement.fan-out-due',
  summary: 'The next page of applications is to be reviewed',
  data: Type.Object(
    {
      scope: TargetScope,
      cause: DecisionCause,
      /** Empty: from the first. */
      after: Type.String({ maxLength: 300 }),
      /** Only those whose most important service there is of this tier; absent: all. */
      tier: Type.Optional(Tier),
      /** A dry run's: what would be decided is said to it, and nothing else happens. */
      drill: Type.Optional(Type.String({ maxLength: 120 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
