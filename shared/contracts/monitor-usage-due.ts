import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Day } from './cost-values.ts';

/** Monitor's note to itself: the next page of deployments whose day is to be summed up. */
export const monitorUsageDue = defineEvent({
  name: 'monitor.usage-due',
  summary: 'The next page of a day that is over is to be summed up',
  data: Type.Object(
    {
      day: Day,
      /** Continue after this deployment id; absent at first. */
      after: Type.Optional(Type.String({ maxLength: 300 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.day,
});
