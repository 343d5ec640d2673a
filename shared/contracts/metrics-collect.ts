import { Type } from 'typebox';
import { defineCommand } from './contract.ts';
import { cloudOf, Name, RegionScope, TargetId } from './values.ts';

/** Deployments asked of in one command: what fits one answer. */
export const metricsPage = 50;

/** Ask a cloud's own monitoring what it measured of these deployments. Only monitor says it; the cloud's deployer answers. */
export const metricsCollect = defineCommand({
  name: 'metrics.collect',
  summary: 'Collect what the cloud measured',
  data: Type.Object(
    {
      scope: RegionScope,
      /** RFC 3339; whole minutes. */
      from: Type.String(),
      to: Type.String(),
      deployments: Type.Array(
        Type.Object({ application: Name, service: Name, target: TargetId }, { additionalProperties: false }),
        { minItems: 1, maxItems: metricsPage },
      ),
    },
    { additionalProperties: false },
  ),
  subject: (data) => data.scope,
  cloud: (data) => cloudOf(data.scope),
});
