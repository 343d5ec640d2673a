import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryMode } from './recovery-values.ts';
import { Name, TargetScope } from './values.ts';

/** One service may not stand in this scope until it is readmitted; its neighbours there are left alone. Only dr says it. */
export const serviceExcluded = defineEvent({
  name: 'service.excluded',
  summary: 'A scope is out of use for one service',
  data: Type.Object(
    {
      application: Name,
      service: Name,
      scope: TargetScope,
      mode: RecoveryMode,
      reason: Type.String({ minLength: 1, maxLength: 500 }),
      incident: Type.Optional(Type.String({ maxLength: 100 })),
    },
    { additionalProperties: false },
  ),
  subject: (data) => `${data.application}/${data.service}`,
});
