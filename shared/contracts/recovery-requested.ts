import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryMode, recoverySubject } from './recovery-values.ts';

/** An operator or CI wants a scope, or one service's part in it, recovered elsewhere now, without waiting for health to say so. */
export const recoveryRequested = defineEvent({
  name: 'recovery.requested',
  summary: 'Somebody asked for a recovery',
  data: Type.Object(
    {
      ...recoverySubject,
      mode: RecoveryMode,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      by: Type.Union([Type.Literal('operator'), Type.Literal('ci')]),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
