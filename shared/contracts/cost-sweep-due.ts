import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

/** A note of cost to itself: one source of bills to look through, or, without a source, everything to be judged. */
export const costSweepDue = defineEvent({
  name: 'cost.sweep-due',
  summary: 'One source of bills is due in a sweep',
  data: Type.Object(
    {
      /** Id of the sweep: of the event that asked for it. */
      sweep: Type.String({ maxLength: 120 }),
      source: Type.Optional(Name),
      /** Continue after this. */
      after: Type.Optional(Type.String({ maxLength: 1024 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.source ?? 'judge',
});
