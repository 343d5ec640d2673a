import type { Service } from '@aws-sdk/client-ecs';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import type { RegionApi } from './aws-api.ts';
import { balancerEndpoint, type Address } from './balancer.ts';
import { generationOf } from './decide.ts';
import { namesOf, shortName } from './names.ts';
import { needsTasks, reportOf } from './observe.ts';
import { placeOf } from './plan.ts';
import type { AwsSettings } from './settings.ts';
import { fromWire, readMarks } from './tags.ts';

/** The services that may stand for one deployment, by state. */
export interface Found {
  readonly clusterStands: boolean;
  readonly active: readonly Service[];
  readonly draining: readonly Service[];
  /** Gone, but ECS still knows them. */
  readonly gone: readonly Service[];
}

/** One call, whatever shape the deployment has. */
export async function find({ ecs }: RegionApi, key: DeploymentKey): Promise<Found> {
  const names = namesOf(key);
  const services = await ecs.services([names.service, names.express]);
  const inState = (...states: string[]) => (services ?? []).filter(({ status = '' }) => states.includes(status));
  return {
    clusterStands: services !== undefined,
    active: inState('ACTIVE'),
    draining: inState('DRAINING'),
    gone: inState('INACTIVE'),
  };
}

/** What stands of a deployment: 2 calls for one that is well, up to 6 for one in trouble. */
export async function look(api: RegionApi, key: DeploymentKey, settings: AwsSettings): Promise<Report> {
  placeOf(key.target);
  const { active, draining } = await find(api, key);
  const newest = [...active].sort((a, b) => generationOf([b]) - generationOf([a]))[0];
  const service = newest ?? draining[0];
  return service === undefined ? lookForRest(api, key) : describe(api, key, { service, settings });
}

/** Without a service only a balancer can be left: everything else goes before it. */
async function lookForRest({ elb }: RegionApi, key: DeploymentKey): Promise<Report> {
  const balancer = await elb.balancer(namesOf(key).balancer);
  if (balancer === undefined) return absent(key);
  return {
    ...identityOf(key),
    phase: 'removing',
    reason: 'Removing',
    message: `${key.target}: load balancer ${balancer.LoadBalancerName} stands without its service`,
    replicas: { desired: 0, ready: 0 },
    resources: [balancer.LoadBalancerArn ?? ''],
  };
}

export async function describe(
  api: RegionApi,
  key: DeploymentKey,
  { service, settings }: { readonly service: Service; readonly settings: AwsSettings },
): Promise<Report> {
  const endpoint = service.status === 'ACTIVE' ? await endpointOf(api, key, { service, settings }) : 'none';
  if (!needsTasks(service)) return reportOf(key, { service, endpoint });
  const name = service.serviceName ?? '';
  const [stopped, running] = await Promise.all([api.ecs.tasks(name, 'STOPPED'), api.ecs.tasks(name, 'RUNNING')]);
  return reportOf(key, { service, endpoint, stopped, running });
}

async function endpointOf(
  { ecs, elb }: RegionApi,
  key: DeploymentKey,
  { service, settings }: { readonly service: Service; readonly settings: AwsSettings },
): Promise<string | 'none' | undefined> {
  const names = namesOf(key);
  if (service.serviceName === names.express) {
    const host = await ecs.expressHost(service.serviceArn ?? '');
    return host === undefined ? undefined : `${settings.endpointScheme ?? 'https'}://${host}`;
  }
  const address = addressOf(service);
  if (address === undefined) return 'none';
  return balancerEndpoint(await elb.balancer(names.balancer), address);
}

/** From our tag; without it, the first port there is. */
function addressOf({ loadBalancers = [], tags }: Service): Address | undefined {
  const [attached] = loadBalancers;
  if (attached === undefined) return undefined;
  const [, scheme = 'tcp', port] = /^(http|tcp):(\d+)$/.exec(readMarks(fromWire(tags)).address ?? '') ?? [];
  return { scheme, port: Number(port ?? attached.containerPort) };
}

const identityOf = ({ application, service, target, generation }: DeploymentKey) => ({
  application,
  service,
  target,
  generation,
});

export const absent = (key: DeploymentKey): Report => ({
  ...identityOf(key),
  phase: 'absent',
  reason: 'NotFound',
  message: `${key.target}: nothing of ${key.application}/${key.service} stands`,
  replicas: { desired: 0, ready: 0 },
});

export const stale = (key: DeploymentKey, found: number): Report => ({
  ...identityOf(key),
  phase: 'stale',
  reason: 'StaleGeneration',
  standing: found,
  message: `${key.target}: generation ${found} stands; the command is of generation ${key.generation} and was left undone`,
  replicas: { desired: 0, ready: 0 },
});

export const removing = (key: DeploymentKey, services: readonly Service[]): Report => ({
  ...identityOf(key),
  phase: 'removing',
  reason: 'Removing',
  message: `${key.target}: ${services.map(({ serviceArn }) => shortName(serviceArn ?? '')).join(', ')} is being stopped`,
  replicas: { desired: 0, ready: 0 },
});
