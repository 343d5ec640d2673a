import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId, ServiceMove } from './recovery-values.ts';
import { TargetScope } from './values.ts';

/** What was left is well again and has been for the stabilization window: these services could go back. */
export const failbackSuggested = defineEvent({
  name: 'failback.suggested',
  summary: 'Services could go back to where they stood',
  data: Type.Object(
    {
      recovery: RecoveryId,
      scope: TargetScope,
      /** At most 100 of them. */
      services: Type.Array(ServiceMove, { maxItems: 100 }),
      /** US dollars a month, what standing there costs more (or, negative, less) than where they stand now; absent when not known. */
      monthlyDifference: Type.Optional(Type.Number()),
      reason: Type.String({ maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
