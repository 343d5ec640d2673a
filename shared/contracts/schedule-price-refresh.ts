import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { PriceKey } from './prices-updated.ts';
import { CloudName } from './values.ts';

/** The clock struck: read the providers' price lists. */
export const schedulePriceRefresh = defineEvent({
  name: 'schedule.price-refresh',
  summary: "Time to read the providers' price lists",
  data: Type.Object(
    {
      /** Only these; absent: all that are configured. */
      clouds: Type.Optional(Type.Array(CloudName, { minItems: 1, maxItems: 4 })),
      /** Prices that were set aside and are believed from now on: the list may have them as they were shown, and not wilder. */
      accept: Type.Optional(Type.Array(PriceKey, { minItems: 1, maxItems: 100 })),
      requestedBy: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  subject: () => 'prices',
});
