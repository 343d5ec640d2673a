import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

/** The clock struck, or somebody asked: look for new bills, then judge budgets, anomalies and what could be saved. */
export const scheduleCostSweep = defineEvent({
  name: 'schedule.cost-sweep',
  summary: 'Time to look for new bills and judge them',
  data: Type.Object(
    {
      /** Only these sources of bills; absent: all that are configured. */
      sources: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 50 })),
      requestedBy: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  subject: () => 'cost',
});
