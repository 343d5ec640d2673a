import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';

/** Dr's delayed note to itself: what became of a recovery, a stabilization or a drill by now? */
export const recoveryCheckDue = defineEvent({
  name: 'recovery.check-due',
  summary: 'A recovery is to be looked at again',
  data: Type.Object(
    {
      recovery: RecoveryId,
      expects: Type.Union([
        Type.Literal('start'),
        Type.Literal('progress'),
        Type.Literal('stable'),
        Type.Literal('drill'),
      ]),
      /** Void when the record has moved on since. */
      since: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
