import { AwsError, invalidParameter } from '../wire/errors.ts';
import { flag, pick, records, text, texts, type Input } from '../wire/input.ts';
import { paginate } from '../wire/paging.ts';
import type { Call } from './call.ts';
import { findCluster, pageLimit, validName } from './clusters.ts';
import {
  checkFit,
  checkLoadBalancers,
  checkStrategyChange,
  readDesiredCount,
  usableTaskDefinition,
} from './service-rules.ts';
import { serviceView } from './service-view.ts';
import { arn, shortName, type Cluster, type Service, type TaskDefinition } from './state.ts';
import { readTags, writeTags } from './tags.ts';

const echoed = [
  'launchType',
  'capacityProviderStrategy',
  'platformVersion',
  'networkConfiguration',
  'loadBalancers',
  'serviceRegistries',
  'deploymentConfiguration',
  'placementConstraints',
  'placementStrategy',
  'healthCheckGracePeriodSeconds',
  'schedulingStrategy',
  'deploymentController',
  'propagateTags',
  'enableECSManagedTags',
  'enableExecuteCommand',
  'availabilityZoneRebalancing',
  'volumeConfigurations',
];

const defaultDeployment = {
  maximumPercent: 200,
  minimumHealthyPercent: 100,
  deploymentCircuitBreaker: { enable: false, rollback: false },
};

/** The service of that name, whatever its state. @throws ServiceNotFoundException */
export function findService(call: Call, cluster: Cluster, field = 'service'): Service {
  const service = cluster.services.get(shortName(text(call.input, field) ?? ''));
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return service;
}

/** @throws ServiceNotFoundException, ServiceNotActiveException */
export function findActive(call: Call, cluster: Cluster, field = 'service'): Service {
  const service = findService(call, cluster, field);
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}

/** Makes room for a new service of that name, or says why it cannot be. */
export function checkNameIsFree(cluster: Cluster, name: string): void {
  const known = cluster.services.get(name);
  if (known?.status === 'ACTIVE') throw invalidParameter('Creation of service was not idempotent.');
  if (known?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
}

export function newService(call: Call, cluster: Cluster, name: string, desired: number): Service {
  const now = new Date(call.context.clock.now());
  const service: Service = {
    name,
    arn: arn(cluster.region, `service/${cluster.name}/${name}`),
    region: cluster.region,
    cluster,
    createdAt: now,
    updatedAt: now,
    token: text(call.input, 'clientToken'),
    status: 'ACTIVE',
    desired,
    shape: {},
    deployments: [],
    events: [],
    tasks: new Map(),
    tags: readTags(call.input),
  };
  return service;
}

export async function createService(call: Call): Promise<object> {
  const { input, region, lifecycle } = call;
  const cluster = findCluster(region, text(input, 'cluster'));
  const name = text(input, 'serviceName') ?? '';
  if (!validName(name)) throw invalidParameter('Identifier is of invalid format.');
  const known = cluster.services.get(name);
  const token = text(input, 'clientToken');
  if (known?.status === 'ACTIVE' && token !== undefined && known.token === token) {
    lifecycle.sync(known);
    return { service: serviceView(known, true) };
  }
  checkNameIsFree(cluster, name);
  const { definition, desired } = readNew(call);
  const service = newService(call, cluster, name, desired);
  service.shape = { deploymentConfiguration: defaultDeployment, ...pick(input, echoed) };
  cluster.services.set(name, service);
  await lifecycle.deploy(service, definition);
  return { service: serviceView(service, true) };
}

function readNew(call: Call): { definition: TaskDefinition; desired: number } {
  const { input } = call;
  const reference = text(input, 'taskDefinition');
  if (reference === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  if (text(input, 'schedulingStrategy') === 'DAEMON') {
    throw invalidParameter('The DAEMON scheduling strategy is not supported by the sandbox.');
  }
  const desired = readDesiredCount(input);
  if (desired === undefined) throw invalidParameter('desiredCount is required for the REPLICA scheduling strategy.');
  const definition = usableTaskDefinition(call, reference);
  checkFit(input, definition);
  checkLoadBalancers(call, definition);
  return { definition, desired };
}

/** A strategy takes the place of the launch type; an empty one takes the service back to it. */
function settled(shape: Input, definition: TaskDefinition): Record<string, unknown> {
  const { launchType, ...rest } = shape;
  if (records(shape, 'capacityProviderStrategy').length > 0) return rest;
  const fargate = texts(definition.document, 'requiresCompatibilities').includes('FARGATE');
  return { ...rest, launchType: launchType ?? (fargate ? 'FARGATE' : 'EC2') };
}

export async function updateService(call: Call): Promise<object> {
  const { input, region, lifecycle } = call;
  const service = findActive(call, findCluster(region, text(input, 'cluster')));
  const [primary] = service.deployments;
  const reference = text(input, 'taskDefinition') ?? primary?.taskDefinition.arn ?? '';
  const desired = readDesiredCount(input) ?? service.desired;
  const definition = usableTaskDefinition(call, reference);
  const shape = settled({ ...service.shape, ...pick(input, echoed) }, definition);
  checkFit(shape, definition);
  checkStrategyChange(input, service.shape);
  checkLoadBalancers(call, definition);
  service.shape = shape;
  service.desired = desired;
  service.updatedAt = new Date(call.context.clock.now());
  const redeploy = definition !== primary?.taskDefinition || flag(input, 'forceNewDeployment') === true;
  if (redeploy || input['networkConfiguration'] != null) await lifecycle.deploy(service, definition);
  else await lifecycle.scale(service);
  return { service: serviceView(service, true) };
}

export function describeServices(call: Call): object {
  const { input, region, lifecycle } = call;
  const cluster = findCluster(region, text(input, 'cluster'));
  const names = texts(input, 'services');
  if (names.length === 0) throw invalidParameter('Services cannot be empty.');
  if (names.length > 10) throw invalidParameter('Services may not exceed 10.');
  const withTags = texts(input, 'include').includes('TAGS');
  const found = names.map((name) => cluster.services.get(shortName(name)));
  const services = found.filter((service) => service !== undefined);
  services.forEach((service) => lifecycle.sync(service));
  return {
    services: services.map((service) => serviceView(service, withTags)),
    failures: names
      .filter((_, index) => found[index] === undefined)
      .map((name) => ({ arn: arn(region.name, `service/${cluster.name}/${shortName(name)}`), reason: 'MISSING' })),
  };
}

export function deleteService(call: Call): object {
  const { input, region, lifecycle } = call;
  const service = findActive(call, findCluster(region, text(input, 'cluster')));
  if (service.desired > 0 && flag(input, 'force') !== true) {
    throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  }
  lifecycle.drain(service);
  return { service: { ...serviceView(service, false), tags: writeTags(service.tags) } };
}

export function listServices(call: Call): object {
  const { input, region } = call;
  const launchType = text(input, 'launchType');
  const arns = [...findCluster(region, text(input, 'cluster')).services.values()]
    .filter((service) => service.status === 'ACTIVE')
    .filter((service) => launchType === undefined || service.shape['launchType'] === launchType)
    .map((service) => service.arn)
    .sort();
  const page = { limit: pageLimit(call, 10, 100), token: text(input, 'nextToken') };
  const { items, ...next } = paginate(arns, (item) => item, page);
  return { serviceArns: items, ...next };
}
