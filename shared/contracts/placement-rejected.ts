import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { DecisionCause } from './placement-decided.ts';
import { DocumentRef, Name } from './values.ts';

/** A change that fits nowhere or makes no sense: nothing was commanded, what ran before still runs. */
export const placementRejected = defineEvent({
  name: 'placement.rejected',
  summary: 'No placement satisfies the constraints; nothing was changed',
  data: Type.Object(
    {
      application: Name,
      cause: DecisionCause,
      reason: Type.Union([
        Type.Literal('NoFeasiblePlacement'),
        Type.Literal('UnknownApplication'),
        Type.Literal('UnknownService'),
        Type.Literal('GenerationConflict'),
        Type.Literal('InvalidSpec'),
        /** It would cost more in a scope whose budget is exceeded and blocks. */
        Type.Literal('OverBudget'),
      ]),
      message: Type.String({ maxLength: 4000 }),
      /** Per service, the shortest true summary of why; the document holds every candidate. */
      services: Type.Array(
        Type.Object({ service: Name, message: Type.String({ maxLength: 2000 }) }, { additionalProperties: false }),
        { maxItems: 50 },
      ),
      decision: Type.Optional(DocumentRef),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
