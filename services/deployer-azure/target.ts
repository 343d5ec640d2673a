import { parseTarget } from '../../shared/domain/target.ts';
import { TargetNotFound, type CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { AzureApi } from './azure-api.ts';
import { createContainerApps } from './container-apps.ts';
import { createContainerGroups } from './container-groups.ts';
import { createGround } from './ground.ts';
import { planOf, runtimeOf } from './plan.ts';
import type { AzureSettings } from './settings.ts';

/**
 * Azure as the port wants it. `azure/<region>/container-apps` runs HTTP and gRPC services behind the service's own ingress,
 * `azure/<region>/container-instances` runs workers and plain TCP.
 */
export function createTarget(api: AzureApi, settings: AzureSettings): CloudTarget {
  const ground = createGround(api, settings);
  const apps = createContainerApps(api, settings, ground);
  const groups = createContainerGroups(api, ground);

  function requireRegion(region: string): void {
    if (settings.regions.includes(region)) return;
    throw new TargetNotFound(
      `Azure region "${region}" is not enabled here (enabled: ${settings.regions.join(', ')}): add it to the regions of the Azure cloud`,
    );
  }

  function runtimeAt(target: string) {
    const runtime = runtimeOf(target);
    requireRegion(parseTarget(target).region);
    return runtime === 'container-apps' ? apps : groups;
  }

  return {
    async apply(command) {
      requireRegion(parseTarget(command.target).region);
      const plan = planOf(command, settings);
      switch (plan.kind) {
        case 'app':
          return apps.apply(command, plan);
        case 'groups':
          return groups.apply(command, plan);
      }
    },
    observe: async (key) => runtimeAt(key.target).observe(key),
    remove: async (key) => runtimeAt(key.target).remove(key),
    async list(region) {
      requireRegion(region);
      const found = (await Promise.all([apps.list(region), groups.list(region)])).flat();
      // ARM lists all regions from one place, also what stands in a region that is down: only a look at one of its resources
      // says whether the region itself answers.
      const [one] = found;
      if (one !== undefined) await runtimeAt(one.target).observe(one);
      return found;
    },
  };
}
