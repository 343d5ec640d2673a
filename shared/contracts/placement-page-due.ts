import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause } from './placement-decided.ts';
import { DocumentRef, Generation, Name } from './values.ts';

/** Placement's note to itself: write and command the next page of a decision. Keeps each step inside one transaction. */
export const placementPageDue = defineEvent({
  name: 'placement.page-due',
  summary: 'The next page of a decision is to be commanded',
  data: Type.Object(
    {
      application: Name,
      generation: Generation,
      cause: DecisionCause,
      page: Type.Integer({ minimum: 1 }),
      pages: Type.Integer({ minimum: 1 }),
      decision: DocumentRef,
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
