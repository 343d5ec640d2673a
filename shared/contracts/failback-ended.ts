import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';
import { Name, TargetScope } from './values.ts';

/** A failback is over, or was not begun. What has not gone back stays, and serves, where it is. */
export const failbackEnded = defineEvent({
  name: 'failback.ended',
  summary: 'A failback is over, was stopped or was refused',
  data: Type.Object(
    {
      recovery: RecoveryId,
      /** Absent: there is no such recovery. */
      scope: Type.Optional(TargetScope),
      /** `stopped`: the scope is unwell again, or something failed on its way back. `refused`: it may not begin now. */
      outcome: Type.Union([Type.Literal('completed'), Type.Literal('stopped'), Type.Literal('refused')]),
      /** Services that serve again where they stood. */
      returned: Type.Integer({ minimum: 0 }),
      /** At most 100 of those that were to go back and have not, with why. */
      left: Type.Array(
        Type.Object(
          { application: Name, service: Name, reason: Type.String({ maxLength: 500 }) },
          { additionalProperties: false },
        ),
        { maxItems: 100 },
      ),
      reason: Type.String({ maxLength: 1000 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
