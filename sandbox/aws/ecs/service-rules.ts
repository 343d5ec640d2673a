import { clientException, invalidParameter } from '../wire/errors.ts';
import { flag, record, records, text, texts, whole, type Input } from '../wire/input.ts';
import type { Call } from './call.ts';
import { findTaskDefinition } from './task-definitions.ts';
import type { TaskDefinition } from './state.ts';

/** Amazon ECS service quotas: tasks per service. */
const maxTasks = 5_000;

/** @throws InvalidParameterException */
export function readDesiredCount(input: Input): number | undefined {
  const desired = whole(input, 'desiredCount');
  if (desired !== undefined && (desired < 0 || desired > maxTasks)) {
    throw invalidParameter(`desiredCount must be between 0 and ${maxTasks}, not ${desired}.`);
  }
  return desired;
}

/** @throws ClientException when it does not exist or is inactive. */
export function usableTaskDefinition({ region }: Call, reference: string): TaskDefinition {
  const definition = findTaskDefinition(region, reference, 'TaskDefinition not found.');
  if (definition.status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  return definition;
}

/** The rules between a service's settings and its task definition. */
export function checkFit(input: Input, definition: TaskDefinition): void {
  const launchType = text(input, 'launchType');
  const providers = records(input, 'capacityProviderStrategy');
  if (launchType !== undefined && providers.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (launchType === 'FARGATE' && !texts(definition.document, 'requiresCompatibilities').includes('FARGATE')) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (text(definition.document, 'networkMode') === 'awsvpc') checkNetwork(input);
  checkDeployment(input);
  checkVolumes(input, definition);
}

/** Every volume that a service configures is one its task definition leaves to it, and the other way round. */
function checkVolumes(input: Input, definition: TaskDefinition): void {
  const given = records(input, 'volumeConfigurations').map((volume) => text(volume, 'name') ?? '');
  const left = records(definition.document, 'volumes')
    .filter((volume) => flag(volume, 'configuredAtLaunch') === true)
    .map((volume) => text(volume, 'name') ?? '');
  const stray = given.find((name) => !left.includes(name));
  if (stray !== undefined) {
    throw invalidParameter(
      `Volume configuration ${stray} does not match a configuredAtLaunch volume of the task definition.`,
    );
  }
  const missing = left.find((name) => !given.includes(name));
  if (missing !== undefined) throw invalidParameter(`A volume configuration must be provided for volume ${missing}.`);
}

/** Amazon ECS's own words; seen in many reports of its users. */
export function checkStrategyChange(input: Input, before: Input): void {
  if (input['capacityProviderStrategy'] == null || flag(input, 'forceNewDeployment') === true) return;
  const spelled = (from: Input) =>
    records(from, 'capacityProviderStrategy')
      .map((item) => `${text(item, 'capacityProvider')} ${whole(item, 'weight') ?? 0} ${whole(item, 'base') ?? 0}`)
      .sort()
      .join();
  if (spelled(input) === spelled(before)) return;
  throw invalidParameter(
    'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
  );
}

function checkNetwork(input: Input): void {
  const vpc = record(record(input, 'networkConfiguration') ?? {}, 'awsvpcConfiguration');
  if (vpc === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const subnets = texts(vpc, 'subnets');
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > 16) throw invalidParameter('subnets can have at most 16 items.');
  if (texts(vpc, 'securityGroups').length > 5) throw invalidParameter('securityGroups can have at most 5 items.');
}

function checkDeployment(input: Input): void {
  const configuration = record(input, 'deploymentConfiguration');
  if (configuration === undefined) return;
  const minimum = whole(configuration, 'minimumHealthyPercent') ?? 100;
  const maximum = whole(configuration, 'maximumPercent') ?? 200;
  if (maximum < 100 || maximum <= minimum) {
    throw invalidParameter('The maximum percent must be at least 100 and greater than the minimum healthy percent.');
  }
}

/** A service is attached to target groups whose load balancer stands already, and to a container port that exists. */
export function checkLoadBalancers({ input, region, targetGroups }: Call, definition: TaskDefinition): void {
  for (const balancer of records(input, 'loadBalancers')) {
    const group = text(balancer, 'targetGroupArn') ?? '';
    const facts = targetGroups.find(region.name, group);
    if (facts === undefined) throw invalidParameter(`Unable to find the specified target group: ${group}`);
    if (!facts.attached) {
      throw invalidParameter(
        `The target group with targetGroupArn ${group} does not have an associated load balancer.`,
      );
    }
    const name = text(balancer, 'containerName') ?? '';
    const container = definition.containers.find((candidate) => text(candidate, 'name') === name);
    if (container === undefined) throw invalidParameter(`The container ${name} does not exist in the task definition.`);
    const port = whole(balancer, 'containerPort');
    if (!records(container, 'portMappings').some((mapping) => whole(mapping, 'containerPort') === port)) {
      throw invalidParameter(`The container ${name} did not have a container port ${port} defined.`);
    }
  }
}
