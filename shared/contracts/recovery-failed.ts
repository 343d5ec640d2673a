import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId, ServiceRef } from './recovery-values.ts';
import { TargetScope } from './values.ts';

/** Said as soon as a service has no place left (it is tried again all the same), and when a recovery is aborted. */
export const recoveryFailed = defineEvent({
  name: 'recovery.failed',
  summary: 'A recovery cannot bring back everything',
  data: Type.Object(
    {
      recovery: RecoveryId,
      scope: TargetScope,
      /** `NoCandidate` may still come right: placement tries again. */
      reason: Type.Union([Type.Literal('NoCandidate'), Type.Literal('Aborted'), Type.Literal('RolloutFailed')]),
      message: Type.String({ maxLength: 2000 }),
      /** At most 100 of them. */
      services: Type.Array(ServiceRef, { maxItems: 100 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
