import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { CloudName } from './values.ts';

/** The clock struck: read the providers' price lists. */
export const schedulePriceRefresh = defineEvent({
  name: 'schedule.price-refresh',
  summary: "Time to read the providers' price lists",
  data: Type.Object(
    {
      /** Only these; absent: all that are configured. */
      clouds: Type.Optional(Type.Array(CloudName, { minItems: 1, maxItems: 4 })),
      requestedBy: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  subject: () => 'prices',
});
