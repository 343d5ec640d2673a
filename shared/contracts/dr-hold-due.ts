import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name, TargetScope } from './values.ts';

/** Dr's delayed note to itself: a scope has been down, or well again, for as long as it takes to believe it. */
export const drHoldDue = defineEvent({
  name: 'dr.hold-due',
  summary: 'The hold-down of a scope has passed',
  data: Type.Object(
    {
      scope: TargetScope,
      /** `resolved`: no alert about it fires any more. */
      expects: Type.Union([Type.Literal('down'), Type.Literal('well'), Type.Literal('resolved')]),
      /** With `resolved`: it is about one service's part in the scope. */
      application: Type.Optional(Name),
      service: Type.Optional(Name),
      /** Milliseconds since the epoch since when the scope is so; the note is void when this is no longer true. */
      since: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
