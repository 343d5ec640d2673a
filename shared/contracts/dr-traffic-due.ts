import { Type } from 'typebox';
import { defineEvent } from './contract.ts';

/** Dr's note to itself: what clients saw in a window is to be added to the recoveries of the services behind `after`. */
export const drTrafficDue = defineEvent({
  name: 'dr.traffic-due',
  summary: 'The rest of a traffic window is to be added to the recoveries it falls into',
  data: Type.Object(
    {
      /** Start of the window, milliseconds since the epoch. */
      from: Type.Integer({ minimum: 0 }),
      /** How many of its services are done. */
      after: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: () => 'traffic',
});
