import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { ServicePlacement } from './placement-decided.ts';
import { Generation, Name } from './values.ts';

/** Monitor's note to itself: what is left of a placement page whose expectations did not fit one transaction. */
export const monitorPageDue = defineEvent({
  name: 'monitor.page-due',
  summary: 'The rest of a placement page is to be expected',
  data: Type.Object(
    {
      application: Name,
      generation: Generation,
      /** Milliseconds since the epoch at which the placement was decided: deadlines count from here. */
      decidedAt: Type.Integer({ minimum: 0 }),
      services: Type.Array(ServicePlacement),
      removed: Type.Array(Name),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
