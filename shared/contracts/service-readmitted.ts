import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name, TargetScope } from './values.ts';

export const serviceReadmitted = defineEvent({
  name: 'service.readmitted',
  summary: 'A scope may be used for this service again',
  data: Type.Object(
    {
      application: Name,
      service: Name,
      scope: TargetScope,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      incident: Type.Optional(Type.String({ maxLength: 100 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => `${data.application}/${data.service}`,
});
