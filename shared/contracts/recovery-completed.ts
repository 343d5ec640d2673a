import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';
import { TargetScope } from './values.ts';

/** Every service of the recovery serves elsewhere, with the redundancy that it asks for. */
export const recoveryCompleted = defineEvent({
  name: 'recovery.completed',
  summary: 'A recovery is over, and what was lost serves again',
  data: Type.Object(
    {
      recovery: RecoveryId,
      scope: TargetScope,
      services: Type.Integer({ minimum: 0 }),
      /** Milliseconds from the first sign of the trouble until the last service had its traffic on something healthy. */
      recoveryTimeMs: Type.Integer({ minimum: 0 }),
      /** Services that took longer than their objective. */
      overRto: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
