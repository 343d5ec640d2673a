import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId, RecoveryMode, recoverySubject, RecoveryTrigger } from './recovery-values.ts';

export const recoveryStarted = defineEvent({
  name: 'recovery.started',
  summary: 'Services are being recovered from a scope',
  data: Type.Object(
    {
      recovery: RecoveryId,
      ...recoverySubject,
      trigger: RecoveryTrigger,
      mode: RecoveryMode,
      reason: Type.String({ maxLength: 500 }),
      incident: Type.Optional(Type.String({ maxLength: 100 })),
      drill: Type.Optional(RecoveryId),
      /** How many services stand in the scope, by what is known when it starts. */
      services: Type.Integer({ minimum: 0 }),
      /** RFC 3339: first sign of the trouble; a recovery is measured from it. */
      since: Type.String(),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
