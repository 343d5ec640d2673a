import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { TargetScope } from './values.ts';

/** Something is down for long enough to act on. */
export const incidentDetected = defineEvent({
  name: 'incident.detected',
  summary: 'A failure that calls for recovery',
  data: Type.Object(
    {
      incident: Type.String({ minLength: 1, maxLength: 100 }),
      scope: TargetScope,
      reason: Type.String({ maxLength: 500 }),
      evidence: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.incident,
});
