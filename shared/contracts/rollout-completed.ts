import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Generation, Name } from './values.ts';

/** Every service of the generation is ready, has its traffic, and what it replaced is commanded away. */
export const rolloutCompleted = defineEvent({
  name: 'rollout.completed',
  summary: 'A generation runs everywhere it should',
  data: Type.Object(
    { application: Name, generation: Generation, services: Type.Integer({ minimum: 0 }), withdrawn: Type.Boolean() },
    { additionalProperties: false },
  ),
  subject: (data) => data.application,
});
