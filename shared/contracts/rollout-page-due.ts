import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause, ServicePlacement } from './placement-decided.ts';
import { Generation, Name } from './values.ts';

/** Rollout's note to itself: what is left of a placement page that did not fit one transaction. */
export const rolloutPageDue = defineEvent({
  name: 'rollout.page-due',
  summary: 'The rest of a placement page is to be rolled out',
  data: Type.Object(
    {
      application: Name,
      generation: Generation,
      cause: DecisionCause,
      page: Type.Integer({ minimum: 1 }),
      services: Type.Array(ServicePlacement),
      removed: Type.Array(Name),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
