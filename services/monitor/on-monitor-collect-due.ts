import { monitorCollectDue } from '../../shared/contracts/monitor-collect-due.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { handler, type Handler, type Reader } from '../../shared/pipeline/handler.ts';
import { collectCommands, isMeasured } from './metrics/collect-round.ts';
import { deploymentPrefix, healthKey, type DeploymentRecord, type HealthRecord } from './record.ts';

/** Deployments looked at in one step: even if each stood in a region of its own, its commands would fit one transaction. */
const pageSize = 90;

/** One page of the fleet: its clouds are asked what they measured; the next page follows by the same note. */
export function onMonitorCollectDue(): Handler {
  return handler({
    consumer: 'monitor/on-monitor-collect-due',
    contract: monitorCollectDue,
    handle: async ({ data }, { records }) => {
      const after = data.after === undefined ? {} : { after: `${deploymentPrefix}${data.after}` };
      const page = await records.list<DeploymentRecord>(deploymentPrefix, { ...after, limit: pageSize });
      const standing = page.items.map(({ value }) => value).filter(isMeasured);
      const silent = await silentRegions(standing, records);
      const asked = standing.filter(({ target }) => !silent.has(regionScope(target)));
      const commands = collectCommands(asked, data);
      if (page.next === undefined) return { events: commands };
      const next = monitorCollectDue.draft({ ...data, after: page.next.slice(deploymentPrefix.length) });
      return { events: [...commands, next] };
    },
  });
}

/** A region that does not answer is not asked: each command would wait for its time limit. */
async function silentRegions(deployments: readonly DeploymentRecord[], records: Reader): Promise<ReadonlySet<string>> {
  const silent = new Set<string>();
  for (const scope of new Set(deployments.map(({ target }) => regionScope(target)))) {
    const health = await records.get<HealthRecord>(healthKey(scope));
    if (health?.status === 'unreachable') silent.add(scope);
  }
  return silent;
}
