import { AwsError, invalidParameter } from '../wire/errors.ts';
import { pick, text, texts, whole } from '../wire/input.ts';
import { paginate } from '../wire/paging.ts';
import type { Call } from './call.ts';
import { arn, shortName, type Cluster, type EcsRegion } from './state.ts';
import { readTags, writeTags } from './tags.ts';

const echoed = [
  'settings',
  'configuration',
  'capacityProviders',
  'defaultCapacityProviderStrategy',
  'serviceConnectDefaults',
];

export const validName = (name: string) => /^[A-Za-z0-9_-]{1,255}$/.test(name);

export function addCluster(region: EcsRegion, name: string, shape: Record<string, unknown>): Cluster {
  const cluster: Cluster = {
    name,
    arn: arn(region.name, `cluster/${name}`),
    region: region.name,
    shape,
    services: new Map(),
    status: 'ACTIVE',
    tags: new Map(),
  };
  region.clusters.set(name, cluster);
  return cluster;
}

/** @throws ClusterNotFoundException */
export function findCluster(region: EcsRegion, nameOrArn: string | undefined): Cluster {
  const cluster = region.clusters.get(shortName(nameOrArn ?? 'default'));
  if (cluster?.status !== 'ACTIVE') throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return cluster;
}

function view(cluster: Cluster, call: Call, include: readonly string[]): object {
  const services = [...cluster.services.values()].filter((service) => service.status !== 'INACTIVE');
  services.forEach((service) => call.lifecycle.sync(service));
  const tasks = services
    .flatMap((service) => [...service.tasks.values()])
    .filter((task) => task.stoppedAt === undefined);
  const running = tasks.filter((task) => task.state === 'running' || task.state === 'ready').length;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: running,
    pendingTasksCount: tasks.length - running,
    activeServicesCount: services.filter((service) => service.status === 'ACTIVE').length,
    statistics: [],
    capacityProviders: [],
    defaultCapacityProviderStrategy: [],
    settings: [],
    ...cluster.shape,
    tags: include.includes('TAGS') ? writeTags(cluster.tags) : [],
  };
}

export function createCluster(call: Call): object {
  const { region, input } = call;
  const name = text(input, 'clusterName') ?? 'default';
  if (!validName(name)) throw invalidParameter('Identifier is of invalid format.');
  const known = region.clusters.get(name);
  // Creating a cluster that stands is answered with the cluster, as ECS does; its tags stay what they were.
  const cluster = known?.status === 'ACTIVE' ? known : addCluster(region, name, pick(input, echoed));
  if (cluster !== known) cluster.tags = readTags(input);
  return { cluster: view(cluster, call, ['TAGS']) };
}

export function describeClusters(call: Call): object {
  const { region, input } = call;
  const names = texts(input, 'clusters');
  if (names.length > 100) throw invalidParameter('Clusters may not exceed 100.');
  const wanted = names.length === 0 ? ['default'] : names;
  const include = texts(input, 'include');
  const clusters = wanted.map((name) => region.clusters.get(shortName(name)));
  return {
    clusters: clusters.filter((cluster) => cluster !== undefined).map((cluster) => view(cluster, call, include)),
    failures: wanted
      .filter((_, index) => clusters[index] === undefined)
      .map((name) => ({ arn: arn(region.name, `cluster/${shortName(name)}`), reason: 'MISSING' })),
  };
}

/** @throws InvalidParameterException outside 1 to `most`. */
export function pageLimit(call: Call, fallback: number, most: number): number {
  const limit = whole(call.input, 'maxResults') ?? fallback;
  if (limit < 1 || limit > most) throw invalidParameter(`maxResults must be between 1 and ${most}.`);
  return limit;
}

export function listClusters(call: Call): object {
  const arns = [...call.region.clusters.values()]
    .filter((cluster) => cluster.status === 'ACTIVE')
    .map((cluster) => cluster.arn)
    .sort();
  const page = { limit: pageLimit(call, 100, 100), token: text(call.input, 'nextToken') };
  const { items, ...next } = paginate(arns, (item) => item, page);
  return { clusterArns: items, ...next };
}

export function deleteCluster(call: Call): object {
  const cluster = findCluster(call.region, text(call.input, 'cluster'));
  if ([...cluster.services.values()].some((service) => service.status === 'ACTIVE')) {
    throw new AwsError('ClusterContainsServicesException', 'The Cluster cannot be deleted while Services are active.');
  }
  if ([...cluster.services.values()].some((service) => service.status === 'DRAINING')) {
    throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
  cluster.status = 'INACTIVE';
  return { cluster: view(cluster, call, ['TAGS']) };
}
