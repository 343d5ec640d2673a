import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { TargetScope } from './values.ts';

/** Dr's delayed note to itself: a scope has been down, or well again, for as long as it takes to believe it. */
export const drHoldDue = defineEvent({
  name: 'dr.hold-due',
  summary: 'The hold-down of a scope has passed',
  data: Type.Object(
    {
      scope: TargetScope,
      expects: Type.Union([Type.Literal('down'), Type.Literal('well')]),
      /** Milliseconds since the epoch since when the scope is so; the note is void when this is no longer true. */
      since: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
