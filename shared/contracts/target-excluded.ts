import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { TargetScope } from './values.ts';

/** Nothing may be placed in this scope until it is readmitted. Only dr (for itself or for an operator) says it. */
export const targetExcluded = defineEvent({
  name: 'target.excluded',
  summary: 'A cloud, region or target is out of use',
  data: Type.Object(
    {
      scope: TargetScope,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      /**
       * `ungraceful` (what an absent mode means): taken for lost, traffic leaves it at once. `graceful`: traffic leaves when the
       * replacements are ready. `cordon`: what stands there stays and serves, nothing new goes there.
       */
      mode: Type.Optional(Type.Union([Type.Literal('ungraceful'), Type.Literal('graceful'), Type.Literal('cordon')])),
      incident: Type.Optional(Type.String({ maxLength: 120 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
