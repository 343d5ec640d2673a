import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { ServicePlacement } from './placement-decided.ts';
import { Generation, Name } from './values.ts';

/** Dr's note to itself: what is left of a placement page, or of a rejection, whose stands did not fit one transaction. */
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
      /** Services that have no place, with why. */
      rejected: Type.Optional(
        Type.Array(
          Type.Object({ service: Name, message: Type.String({ maxLength: 500 }) }, { additionalProperties: false }),
        ),
      ),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
