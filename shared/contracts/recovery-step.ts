import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId, RecoveryPhase } from './recovery-values.ts';
import { Name } from './values.ts';

/** One phase of a recovery began or ended, of the whole (detect, decide, exclude) or of one service. */
export const recoveryStep = defineEvent({
  name: 'recovery.step',
  summary: 'A phase of a recovery began, ended, failed or was not needed',
  data: Type.Object(
    {
      recovery: RecoveryId,
      application: Type.Optional(Name),
      service: Type.Optional(Name),
      phase: RecoveryPhase,
      status: Type.Union([
        Type.Literal('started'),
        Type.Literal('completed'),
        Type.Literal('failed'),
        Type.Literal('skipped'),
      ]),
      /** RFC 3339: from the facts, not from when somebody noticed. */
      startedAt: Type.String(),
      endedAt: Type.Optional(Type.String()),
      detail: Type.String({ maxLength: 500 }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.recovery,
});
