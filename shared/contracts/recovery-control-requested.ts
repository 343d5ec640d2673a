import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';

/** An operator holds a recovery, lets it go on, or ends it. What was done stays done: an abort begins nothing further. */
export const recoveryControlRequested = defineEvent({
  name: 'recovery.control-requested',
  summary: 'Somebody paused, resumed or aborted a recovery',
  data: Type.Object(
    {
      recovery: RecoveryId,
      action: Type.Union([Type.Literal('pause'), Type.Literal('resume'), Type.Literal('abort')]),
      reason: Type.String({ minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
