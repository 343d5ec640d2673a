import { Type } from 'typebox';
import { defineCommand } from './contract.ts';
import { cloudOf, deploymentId, deploymentIdentity } from './values.ts';

/** Look, and report what is there. Only monitor says it; also delayed, to follow an operation without blocking a function. */
export const deploymentObserve = defineCommand({
  name: 'deployment.observe',
  summary: 'Report what stands on this target now',
  data: Type.Object(
    {
      ...deploymentIdentity,
      purpose: Type.Union([Type.Literal('progress'), Type.Literal('removal'), Type.Literal('reconcile')]),
      attempt: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  subject: deploymentId,
  cloud: (data) => cloudOf(data.target),
});
