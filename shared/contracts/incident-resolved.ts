import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { TargetScope } from './values.ts';

/** The failure is over. */
export const incidentResolved = defineEvent({
  name: 'incident.resolved',
  summary: 'A failure is over',
  data: Type.Object(
    {
      incident: Type.String({ minLength: 1, maxLength: 100 }),
      scope: TargetScope,
      reason: Type.String({ maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.incident,
});
