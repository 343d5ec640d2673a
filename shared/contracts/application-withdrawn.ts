import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

/** The application is no longer wanted: every service is drained and removed. */
export const applicationWithdrawn = defineEvent({
  name: 'application.withdrawn',
  summary: 'The application is to be removed everywhere',
  data: Type.Object(
    { application: Name, submittedBy: Type.Optional(Type.String({ maxLength: 200 })) },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
