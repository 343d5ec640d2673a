import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';
import { Tier } from './values.ts';

/** Dr's note to itself: the next page of a recovery's services, tier by tier. */
export const recoveryPageDue = defineEvent({
  name: 'recovery.page-due',
  summary: 'The next page of a recovery is due',
  data: Type.Object(
    {
      recovery: RecoveryId,
      tier: Tier,
      /** Key of the last service looked at; empty at first. */
      after: Type.String({ maxLength: 200 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
