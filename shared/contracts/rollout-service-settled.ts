import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Generation, Name } from './values.ts';

/**
 * Rollout's note to itself: one service of a page is done. The subject is the page, so that the bus hands the notes of one page
 * out one after another and a thousand services do not contend for one record.
 */
export const rolloutServiceSettled = defineEvent({
  name: 'rollout.service-settled',
  summary: 'A service runs as its generation wants it',
  data: Type.Object(
    { application: Name, generation: Generation, page: Type.Integer({ minimum: 1 }), service: Name },
    { additionalProperties: false },
  ),
  subject: (data) => `${data.application}/page/${data.page}`,
});
