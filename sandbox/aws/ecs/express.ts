import { randomBytes } from 'node:crypto';
import { AwsError, clientException, invalidParameter } from '../wire/errors.ts';
import { pick, record, records, text, texts, whole, type Input } from '../wire/input.ts';
import type { Call } from './call.ts';
import { addCluster, findCluster, validName } from './clusters.ts';
import { expressView, updatedView } from './express-view.ts';
import { usableTaskDefinition } from './service-rules.ts';
import { checkNameIsFree, newService } from './services.ts';
import { shortName, type Cluster, type ExpressSettings, type Service, type TaskDefinition } from './state.ts';
import { addTaskDefinition } from './task-definitions.ts';

type ExpressService = Service & { readonly express: ExpressSettings };

const configured = [
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'cpuArchitecture',
  'networkConfiguration',
  'healthCheckPath',
  'primaryContainer',
  'scalingTarget',
  'taskDefinitionArn',
];
/** What a given task definition already says and the call must not say again. */
const owned = ['primaryContainer', 'executionRoleArn', 'taskRoleArn', 'cpu', 'memory', 'cpuArchitecture'];
const defaults = { cpu: '256', memory: '512', healthCheckPath: '/ping' };
const defaultScaling = {
  minTaskCount: 1,
  maxTaskCount: 20,
  autoScalingMetric: 'AVERAGE_CPU',
  autoScalingTargetValue: 60,
};

function withDefaults(configuration: Input): Input {
  const container = record(configuration, 'primaryContainer');
  const scaling = { ...defaultScaling, ...record(configuration, 'scalingTarget') };
  if (scaling.minTaskCount < 0 || scaling.minTaskCount > scaling.maxTaskCount) {
    throw invalidParameter('scalingTarget.minTaskCount must be between 0 and scalingTarget.maxTaskCount.');
  }
  return {
    ...defaults,
    ...configuration,
    scalingTarget: scaling,
    ...(container === undefined ? {} : { primaryContainer: { containerPort: 80, ...container } }),
  };
}

const minTasks = (configuration: Input) => whole(record(configuration, 'scalingTarget') ?? {}, 'minTaskCount') ?? 1;

function checkSource(configuration: Input): void {
  if (configuration['taskDefinitionArn'] != null) {
    const clash = owned.find((field) => configuration[field] != null);
    if (clash !== undefined) throw invalidParameter(`You can't specify ${clash} together with taskDefinitionArn.`);
    return;
  }
  const image = text(record(configuration, 'primaryContainer') ?? {}, 'image') ?? '';
  if (image === '') throw invalidParameter('primaryContainer.image is required.');
  if (text(configuration, 'executionRoleArn') === undefined) throw invalidParameter('executionRoleArn is required.');
}

/** The task definition ECS registers behind an Express service, or the one that was given. */
function definitionFor(call: Call, family: string, configuration: Input): TaskDefinition {
  const given = text(configuration, 'taskDefinitionArn');
  if (given !== undefined) {
    const definition = usableTaskDefinition(call, given);
    if (!definition.containers.some((container) => text(container, 'name') === 'Main')) {
      throw clientException('The task definition must have a container named Main.');
    }
    return definition;
  }
  const container = record(configuration, 'primaryContainer') ?? {};
  const containerPort = whole(container, 'containerPort') ?? 80;
  return addTaskDefinition(call, {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    ...pick(configuration, ['cpu', 'memory', 'executionRoleArn', 'taskRoleArn']),
    containerDefinitions: [
      {
        name: 'Main',
        essential: true,
        image: text(container, 'image'),
        command: texts(container, 'command'),
        environment: records(container, 'environment'),
        secrets: records(container, 'secrets'),
        portMappings: [{ containerPort, hostPort: containerPort, protocol: 'tcp', name: 'main' }],
      },
    ],
  });
}

function shapeOf(configuration: Input): Record<string, unknown> {
  const network = record(configuration, 'networkConfiguration');
  return {
    launchType: 'FARGATE',
    deploymentConfiguration: {
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    },
    ...(network === undefined ? {} : { networkConfiguration: { awsvpcConfiguration: network } }),
  };
}

/** Express mode makes the default cluster when there is none. */
function clusterFor(call: Call): Cluster {
  const name = text(call.input, 'cluster');
  if (shortName(name ?? 'default') === 'default' && call.region.clusters.get('default')?.status !== 'ACTIVE') {
    return addCluster(call.region, 'default', {});
  }
  return findCluster(call.region, name);
}

async function start(call: Call, service: Service, configuration: Input): Promise<void> {
  const definition = definitionFor(call, `${service.cluster.name}-${service.name}`, configuration);
  service.shape = shapeOf(configuration);
  service.desired = minTasks(configuration);
  await call.lifecycle.deploy(service, definition, ({ id }) => service.express?.configurations.set(id, configuration));
}

export async function createExpress(call: Call): Promise<object> {
  const { input } = call;
  const infrastructureRoleArn = text(input, 'infrastructureRoleArn');
  if (infrastructureRoleArn === undefined) throw invalidParameter('infrastructureRoleArn is required.');
  const name = text(input, 'serviceName') ?? `express-${randomBytes(4).toString('hex')}`;
  if (!validName(name)) throw invalidParameter('Identifier is of invalid format.');
  checkSource(input);
  const cluster = clusterFor(call);
  checkNameIsFree(cluster, name);
  const service = newService(call, cluster, name, 0);
  service.express = { infrastructureRoleArn, configurations: new Map() };
  await start(call, service, withDefaults(pick(input, configured)));
  cluster.services.set(name, service);
  return { service: expressView(service, call.context, true) };
}

function byArn(call: Call): ExpressService | undefined {
  const [, cluster = '', name = ''] = (text(call.input, 'serviceArn') ?? '').split('/');
  const service = call.region.clusters.get(cluster)?.services.get(name);
  return service?.express === undefined ? undefined : (service as ExpressService);
}

function existing(call: Call): ExpressService {
  const service = byArn(call);
  if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
  return service;
}

export function describeExpress(call: Call): object {
  const service = byArn(call);
  if (service === undefined) throw new AwsError('ResourceNotFoundException', 'Service not found.');
  call.lifecycle.sync(service);
  return { service: expressView(service, call.context, texts(call.input, 'include').includes('TAGS')) };
}

export async function updateExpress(call: Call): Promise<object> {
  const service = existing(call);
  const { configurations } = service.express;
  const current = configurations.get(service.deployments[0]?.id ?? '') ?? {};
  const change = pick(call.input, configured);
  const { taskDefinitionArn: _, ...inherited } = current;
  const base =
    change['taskDefinitionArn'] == null
      ? current
      : pick(inherited, ['networkConfiguration', 'healthCheckPath', 'scalingTarget']);
  const scaling = { ...record(current, 'scalingTarget'), ...record(change, 'scalingTarget') };
  const configuration = withDefaults({ ...base, ...change, scalingTarget: scaling });
  service.updatedAt = new Date(call.context.clock.now());
  if (Object.keys(change).every((field) => field === 'scalingTarget')) {
    service.desired = minTasks(configuration);
    configurations.set(service.deployments[0]?.id ?? '', configuration);
    await call.lifecycle.scale(service);
  } else {
    await start(call, service, configuration);
  }
  return { service: updatedView(service, call.context) };
}

export function deleteExpress(call: Call): object {
  const service = existing(call);
  call.lifecycle.drain(service);
  return { service: expressView(service, call.context, false) };
}
