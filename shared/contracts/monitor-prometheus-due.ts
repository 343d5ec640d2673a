import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name } from './values.ts';

/** Monitor's note to itself: the next page of a round that asks a Prometheus for what it measured. */
export const monitorPrometheusDue = defineEvent({
  name: 'monitor.prometheus-due',
  summary: 'The next page of a round that asks a Prometheus is due',
  data: Type.Object(
    {
      /** As it is called in the configuration; where it is and how it lets us in stand there alone. */
      prometheus: Name,
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
