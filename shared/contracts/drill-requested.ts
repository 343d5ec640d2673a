import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId, RecoveryMode } from './recovery-values.ts';
import { TargetScope } from './values.ts';

/** A drill is asked for, by a person, CI or the schedule. */
export const drillRequested = defineEvent({
  name: 'drill.requested',
  summary: 'Somebody asked for a drill',
  data: Type.Object(
    {
      drill: RecoveryId,
      scope: TargetScope,
      /** `shadow` changes nothing; `real` takes the scope out of use, and brings everything back. */
      kind: Type.Union([Type.Literal('shadow'), Type.Literal('real')]),
      /** Of a real one; absent is `graceful`: traffic leaves the scope when the replacements are ready. */
      mode: Type.Optional(RecoveryMode),
      reason: Type.String({ minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.drill,
});
