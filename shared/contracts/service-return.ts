import { Type } from 'typebox';
import { defineCommand } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';
import { Name, TargetId } from './values.ts';

/** Place these services where they stood before a recovery, as far as their constraints allow it. Only dr says it. */
export const serviceReturn = defineCommand({
  name: 'service.return',
  summary: 'Bring services back to where they stood',
  data: Type.Object(
    {
      recovery: RecoveryId,
      application: Name,
      services: Type.Array(
        Type.Object({ service: Name, targets: Type.Array(TargetId, { minItems: 1 }) }, { additionalProperties: false }),
        { minItems: 1, maxItems: 200 },
      ),
      reason: Type.String({ minLength: 1, maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
