import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { RecoveryId } from './recovery-values.ts';
import { Name, TargetScope } from './values.ts';

/** Something a drill found, with what to do about it. */
export const DrillFinding = Type.Object(
  {
    application: Type.Optional(Name),
    service: Type.Optional(Name),
    problem: Type.String({ maxLength: 500 }),
    fix: Type.String({ maxLength: 500 }),
  },
  { additionalProperties: false },
);
export type DrillFinding = Static<typeof DrillFinding>;

/** The result is evidence: whether objectives were met, and what to mend. The whole report is `GET /v1/drills/{drill}`. */
export const drillCompleted = defineEvent({
  name: 'drill.completed',
  summary: 'A drill is over',
  data: Type.Object(
    {
      drill: RecoveryId,
      scope: TargetScope,
      kind: Type.Union([Type.Literal('shadow'), Type.Literal('real')]),
      verdict: Type.Union([Type.Literal('pass'), Type.Literal('fail')]),
      services: Type.Integer({ minimum: 0 }),
      overRto: Type.Integer({ minimum: 0 }),
      lost: Type.Integer({ minimum: 0 }),
      /** Measured for a real drill, estimated from earlier deployments for a shadow one. Milliseconds. */
      recoveryTimeMs: Type.Optional(Type.Integer({ minimum: 0 })),
      findings: Type.Array(DrillFinding, { maxItems: 50 }),
      /** It was not begun, or was ended before it had shown anything: the figures are what had been seen until then. */
      aborted: Type.Optional(
        Type.Object(
          {
            /** RFC 3339. */
            at: Type.String(),
            /** `drill`: it ended itself. Else the source of the word that ended it. */
            by: Type.String({ maxLength: 200 }),
            reason: Type.String({ maxLength: 500 }),
            seen: Type.String({ maxLength: 500 }),
          },
          { additionalProperties: false },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.drill,
});
