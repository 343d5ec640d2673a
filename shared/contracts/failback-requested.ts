import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';

/** An operator wants what a recovery moved brought back. */
export const failbackRequested = defineEvent({
  name: 'failback.requested',
  summary: 'Somebody asked for a failback',
  data: Type.Object(
    { recovery: RecoveryId, reason: Type.String({ minLength: 1, maxLength: 500 }) },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
