import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { TargetScope } from './values.ts';

/** The scope may be used again. */
export const targetReadmitted = defineEvent({
  name: 'target.readmitted',
  summary: 'An excluded cloud, region or target may be used again',
  data: Type.Object(
    {
      scope: TargetScope,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      incident: Type.Optional(Type.String({ maxLength: 100 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
