import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { Name, TargetScope } from './values.ts';

/** A service that replicates its own data says how far behind a copy is; the recovery point of a recovery is taken from it. */
export const replicationMeasured = defineEvent({
  name: 'replication.measured',
  summary: "How far behind a service's replicated data is",
  data: Type.Object(
    {
      application: Name,
      service: Name,
      /** Where the copy stands. */
      scope: TargetScope,
      lagSeconds: Type.Number({ minimum: 0 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => `${data.application}/${data.service}`,
});
