import { Type } from 'typebox';
import { defineEvent } from './contract.ts';

/** The clock struck: compare what runs with what should. */
export const scheduleReconcile = defineEvent({
  name: 'schedule.reconcile',
  summary: 'Time to compare what runs with what should run',
  data: Type.Object(
    {
      /** Continue a sweep after this deployment id; absent starts one. */
      after: Type.Optional(Type.String({ maxLength: 300 })),
    },
    { additionalProperties: false },
  ),
  subject: () => 'reconcile',
});
