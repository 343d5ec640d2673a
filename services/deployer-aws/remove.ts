import type { Report } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import type { RegionApi } from './aws-api.ts';
import { removeBalancer } from './balancer.ts';
import { generationOf } from './decide.ts';
import { absent, find, removing, stale } from './look.ts';
import { namesOf } from './names.ts';
import { placeOf } from './plan.ts';

/**
 * Takes down whatever stands of a deployment, however much of it there is: service, balancer with listeners and target groups, task
 * definitions. Calls: 4, with a balancer of one port 10, and one for each task definition.
 */
export async function removeDeployment(api: RegionApi, key: DeploymentKey): Promise<Report> {
  placeOf(key.target);
  const { active, draining } = await find(api, key);
  const newest = generationOf(active);
  if (newest > key.generation) return stale(key, newest);
  const names = namesOf(key);
  for (const { serviceName = '', serviceArn = '' } of active) {
    if (serviceName === names.express) await api.ecs.deleteExpress(serviceArn);
    else await api.ecs.deleteService(serviceName);
  }
  await removeBalancer(api.elb, names);
  for (const revision of await api.ecs.revisions(names.service)) await api.ecs.deregister(revision);
  const leaving = [...active, ...draining];
  return leaving.length === 0 ? absent(key) : removing(key, leaving);
}
