import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Generation, Name } from './values.ts';

/** Rollout's delayed note to itself: a canary has stood long enough on its step. */
export const rolloutStepDue = defineEvent({
  name: 'rollout.step-due',
  summary: 'The next canary step of a service is due',
  data: Type.Object(
    {
      application: Name,
      service: Name,
      generation: Generation,
      /** The step (0-based) that has stood its time. */
      step: Type.Integer({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => `${data.application}/${data.service}`,
});
