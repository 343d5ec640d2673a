import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { ServicePlacement } from './placement-decided.ts';
import { Generation, Name } from './values.ts';

/** Dr's note to itself: what is left of a placement page whose stands did not fit one transaction. */
export const drPageDue = defineEvent({
  name: 'dr.page-due',
  summary: 'The rest of a placement page is to be taken note of',
  data: Type.Object(
    {
      application: Name,
      generation: Generation,
      /** Milliseconds since the epoch at which the placement was decided. */
      decidedAt: Type.Integer({ minimum: 0 }),
      services: Type.Array(ServicePlacement),
      removed: Type.Array(Name),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
