import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

/** Replica counts were changed; becomes an ordinary new generation. */
export const applicationScaled = defineEvent({
  name: 'application.scaled',
  summary: 'Replica counts of one or more services were changed',
  data: Type.Object(
    {
      application: Name,
      services: Type.Array(
        Type.Object(
          { name: Name, replicas: Type.Integer({ minimum: 0, maximum: 1000 }) },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 500 },
      ),
      submittedBy: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
