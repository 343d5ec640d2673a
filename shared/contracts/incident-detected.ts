import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryTrigger } from './recovery-values.ts';
import { Severity } from './alert-received.ts';
import { Name, TargetScope } from './values.ts';

/** Something is down for long enough to act on. */
export const incidentDetected = defineEvent({
  name: 'incident.detected',
  summary: 'A failure that calls for recovery',
  data: Type.Object(
    {
      incident: Type.String({ minLength: 1, maxLength: 100 }),
      scope: TargetScope,
      reason: Type.String({ maxLength: 500 }),
      /** Absent in events of before there were others: health. */
      trigger: Type.Optional(RecoveryTrigger),
      severity: Type.Optional(Severity),
      /** Set when it is about one service's part in the scope. */
      application: Type.Optional(Name),
      service: Type.Optional(Name),
      evidence: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.incident,
});
