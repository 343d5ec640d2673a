import { Type } from 'typebox';
import { defineEvent } from './contract.ts';

/** Monitor's note to itself: the next page of a round that asks the clouds for what they measured. */
export const monitorCollectDue = defineEvent({
  name: 'monitor.collect-due',
  summary: 'The next page of a metrics round is due',
  data: Type.Object(
    {
      /** RFC 3339, whole minutes: what the round asks for. */
      from: Type.String(),
      to: Type.String(),
      /** Continue after this deployment id; absent at first. */
      after: Type.Optional(Type.String({ maxLength: 300 })),
    },
    { additionalProperties: false },
  ),
  subject: () => 'metrics',
});
