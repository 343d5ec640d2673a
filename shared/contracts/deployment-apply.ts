import { Type } from 'typebox';
import { defineCommand } from './contract.ts';
import { cloudOf, deploymentId, deploymentIdentity, Tier } from './values.ts';
import { Workload } from './workload.ts';

/** Make this target run exactly this workload. Only placement says it; the deployer of the target's cloud is the one reader. */
export const deploymentApply = defineCommand({
  name: 'deployment.apply',
  summary: 'Run this workload on this target',
  data: Type.Object(
    {
      ...deploymentIdentity,
      tier: Tier,
      workload: Workload,
      specHash: Type.String({ pattern: '^[0-9a-f]{8,64}$' }),
    },
    { additionalProperties: false },
  ),
  subject: deploymentId,
  cloud: (data) => cloudOf(data.target),
});
