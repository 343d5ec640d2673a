import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { ReportReason } from './deployment-reported.ts';
import { deploymentIdentity, RegionScope } from './values.ts';

/** Deployments one message names: each may cost its reader a record to read and a look to order. */
export const surveyPage = 30;

/** What a deployer found in a region. A region with more than fits is told in several messages, one with nothing in one. */
export const targetSurveyed = defineEvent({
  name: 'target.surveyed',
  summary: 'What of ours a deployer found in a region',
  data: Type.Object(
    {
      scope: RegionScope,
      /** `unreachable`: the cloud did not answer, and nothing is known of what stands there. */
      phase: Type.Union([Type.Literal('answered'), Type.Literal('unreachable')]),
      /** For a person: how many were found, or why the cloud could not say. */
      message: Type.String({ maxLength: 2000 }),
      /** Why nothing could be found out: `Unauthorized`, `CloudUnreachable`. Absent when the cloud has said what stands there. */
      reason: Type.Optional(ReportReason),
      /** As the tags on the resources tell; what is already on its way out is left out. */
      standing: Type.Array(Type.Object(deploymentIdentity, { additionalProperties: false }), { maxItems: surveyPage }),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
});
