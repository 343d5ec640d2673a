import { deploymentDrifted } from '../../shared/contracts/deployment-drifted.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { commandsFor } from './on-placement-page-due.ts';
import { placementKey, type PlacementRecord } from './record.ts';

/** Somebody changed or deleted what was deployed: command the same generation again. A retired target is rollout's to remove. */
export const onDeploymentDrifted = handler({
  consumer: 'placement/on-deployment-drifted',
  contract: deploymentDrifted,
  handle: async ({ data }, { records }) => {
    const record = await records.get<PlacementRecord>(placementKey(data.application, data.service));
    if (record === undefined) return nothing;
    const targets = record.targets.filter(({ target }) => target === data.target);
    return { events: commandsFor({ ...record, targets }) };
  },
});
