import { Type } from 'typebox';
import { ApplicationSpec } from './application-spec.ts';
import { defineEvent } from './contract.ts';
import { DocumentRef, Generation, Name } from './values.ts';

/**
 * Somebody wants this application to run. Exactly one of `spec` (small, as CI publishes it) and `document` (large) is present;
 * ingress replaces a large spec by a document before the event is stored.
 */
export const applicationSubmitted = defineEvent({
  name: 'application.submitted',
  summary: 'A desired application spec was accepted',
  data: Type.Object(
    {
      application: Name,
      spec: Type.Optional(ApplicationSpec),
      document: Type.Optional(DocumentRef),
      /** Accept only if the application now stands at this generation (0: does not exist yet). */
      ifGeneration: Type.Optional(Type.Union([Type.Literal(0), Generation])),
      submittedBy: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
