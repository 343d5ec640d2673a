import { Type } from 'typebox';
import { defineCommand } from './contract.ts';
import { cloudOf, deploymentId, deploymentIdentity } from './values.ts';

/** Take the service off this target. Only rollout says it, after traffic has moved. */
export const deploymentRemove = defineCommand({
  name: 'deployment.remove',
  summary: 'Remove the service from this target',
  data: Type.Object(
    {
      ...deploymentIdentity,
      reason: Type.Union([
        Type.Literal('Retired'),
        Type.Literal('ServiceRemoved'),
        Type.Literal('Withdrawn'),
        Type.Literal('Orphaned'),
      ]),
    },
    { additionalProperties: false },
  ),
  subject: deploymentId,
  cloud: (data) => cloudOf(data.target),
});
