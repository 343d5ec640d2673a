import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Generation, Name, TargetId } from './values.ts';

/** A generation did not become ready; placement answers with the last good spec as a new generation, if there is one. */
export const rolloutFailed = defineEvent({
  name: 'rollout.failed',
  summary: 'A generation did not become ready',
  data: Type.Object(
    {
      application: Name,
      generation: Generation,
      service: Name,
      target: TargetId,
      reason: Type.String({ maxLength: 100 }),
      message: Type.String({ maxLength: 2000 }),
      /** The newer generation that stands there: only one above it is carried out. */
      standing: Type.Optional(Generation),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
