import { clientException, invalidParameter } from '../wire/errors.ts';
import { pick, record, records, text, texts, whole, type Input } from '../wire/input.ts';
import { paginate } from '../wire/paging.ts';
import type { Call } from './call.ts';
import { pageLimit, validName } from './clusters.ts';
import { checkFargateSize } from './fargate-sizes.ts';
import { arn, shortName, type EcsRegion, type TaskDefinition } from './state.ts';
import { readTags, writeTags } from './tags.ts';

const echoed = [
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'volumes',
  'placementConstraints',
  'requiresCompatibilities',
  'cpu',
  'memory',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'ephemeralStorage',
  'runtimePlatform',
];

function checkPorts(container: Input, awsvpc: boolean): void {
  for (const mapping of records(container, 'portMappings')) {
    const port = whole(mapping, 'containerPort');
    if (port === undefined || port < 0 || port > 65_535) {
      throw clientException(`Invalid value '${port}' specified for 'containerPort'; it must be between 0 and 65535.`);
    }
    const host = whole(mapping, 'hostPort');
    if (awsvpc && host !== undefined && host !== port) {
      throw clientException('When networkMode=awsvpc, the host ports and container ports in port mappings must match.');
    }
  }
}

function checkContainer(container: Input, input: Input, fargate: boolean): void {
  const name = text(container, 'name') ?? '';
  if (!validName(name)) throw clientException('Container.name contains invalid characters or is null or empty.');
  if ((text(container, 'image') ?? '') === '') throw clientException('Container.image should not be null or empty.');
  checkPorts(container, text(input, 'networkMode') === 'awsvpc');
  const limited = whole(container, 'memory') ?? whole(container, 'memoryReservation');
  if (!fargate && limited === undefined && text(input, 'memory') === undefined) {
    throw clientException(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  checkRole(container, input, fargate);
}

function checkRole(container: Input, input: Input, fargate: boolean): void {
  if (text(input, 'executionRoleArn') !== undefined) return;
  if (records(container, 'secrets').length > 0) {
    throw clientException(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    );
  }
  const logging = record(container, 'logConfiguration');
  if (fargate && logging !== undefined && text(logging, 'logDriver') === 'awslogs') {
    throw clientException('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
  if (fargate && /^\d{12}\.dkr[.-]ecr/.test(text(container, 'image') ?? '')) {
    throw clientException('Fargate requires task definition to have execution role ARN to support ECR images.');
  }
}

function checkDefinition(input: Input): readonly Input[] {
  const containers = records(input, 'containerDefinitions');
  if (containers.length === 0) throw clientException('Container list cannot be empty.');
  const fargate = texts(input, 'requiresCompatibilities').includes('FARGATE');
  if (fargate) {
    if (text(input, 'networkMode') !== 'awsvpc') throw clientException("Fargate only supports network mode 'awsvpc'.");
    checkFargateSize(text(input, 'cpu'), text(input, 'memory'));
  }
  containers.forEach((container) => checkContainer(container, input, fargate));
  const names = containers.map((container) => text(container, 'name'));
  if (new Set(names).size < names.length) throw clientException('Container.name must be unique.');
  if (containers.every((container) => container['essential'] === false)) {
    throw clientException('At least one container must be marked as essential.');
  }
  return containers.map((container) => ({ essential: true, ...container }));
}

/** @throws ClientException when the definition is one ECS refuses. */
export function addTaskDefinition({ region, context }: Call, input: Input): TaskDefinition {
  const family = text(input, 'family') ?? '';
  if (!validName(family)) throw clientException('Invalid family name.');
  const containers = checkDefinition(input);
  const known = region.families.get(family) ?? [];
  const revision = (known.at(-1)?.revision ?? 0) + 1;
  const definition: TaskDefinition = {
    arn: arn(region.name, `task-definition/${family}:${revision}`),
    family,
    revision,
    document: pick(input, echoed),
    containers,
    compatibilities: text(input, 'networkMode') === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EC2'],
    registeredAt: new Date(context.clock.now()),
    status: 'ACTIVE',
    tags: readTags(input),
  };
  region.families.set(family, [...known, definition]);
  return definition;
}

/**
 * By ARN, `family:revision`, or `family` for its newest active revision.
 * @throws ClientException `Unable to describe task definition.`, as ECS says it, or the given sentence.
 */
export function findTaskDefinition(
  region: EcsRegion,
  reference: string,
  missing = 'Unable to describe task definition.',
): TaskDefinition {
  const [family = '', revision] = shortName(reference).split(':');
  const revisions = region.families.get(family) ?? [];
  const found =
    revision === undefined
      ? revisions.filter((definition) => definition.status === 'ACTIVE').at(-1)
      : revisions.find((definition) => String(definition.revision) === revision);
  if (found === undefined) throw clientException(missing);
  return found;
}

function view(definition: TaskDefinition): object {
  return {
    taskDefinitionArn: definition.arn,
    family: definition.family,
    revision: definition.revision,
    status: definition.status,
    volumes: [],
    placementConstraints: [],
    requiresAttributes: [],
    ...definition.document,
    containerDefinitions: definition.containers,
    compatibilities: definition.compatibilities,
    registeredAt: definition.registeredAt,
    registeredBy: 'arn:aws:iam::123456789012:user/sandbox',
    ...(definition.deregisteredAt === undefined ? {} : { deregisteredAt: definition.deregisteredAt }),
  };
}

export function registerTaskDefinition(call: Call): object {
  const definition = addTaskDefinition(call, call.input);
  return { taskDefinition: view(definition), tags: writeTags(definition.tags) };
}

export function describeTaskDefinition({ region, input }: Call): object {
  const definition = findTaskDefinition(region, text(input, 'taskDefinition') ?? '');
  const tags = texts(input, 'include').includes('TAGS') ? { tags: writeTags(definition.tags) } : {};
  return { taskDefinition: view(definition), ...tags };
}

export function deregisterTaskDefinition({ region, input, context }: Call): object {
  const reference = text(input, 'taskDefinition') ?? '';
  if (!shortName(reference).includes(':')) throw invalidParameter(`Invalid revision number. Number: ${reference}`);
  const definition = findTaskDefinition(region, reference, 'The specified task definition does not exist.');
  definition.status = 'INACTIVE';
  definition.deregisteredAt = new Date(context.clock.now());
  return { taskDefinition: view(definition) };
}

export function listTaskDefinitions(call: Call): object {
  const { region, input } = call;
  const prefix = text(input, 'familyPrefix');
  const status = text(input, 'status') ?? 'ACTIVE';
  const all = [...region.families.values()].flat().filter((definition) => definition.status === status);
  const matching = prefix === undefined ? all : all.filter((definition) => definition.family === prefix);
  // Padded, so that text order is family, then revision by number.
  const keyOf = (definition: TaskDefinition) => `${definition.family}:${String(definition.revision).padStart(10, '0')}`;
  const sorted = matching.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = { limit: pageLimit(call, 100, 100), token: text(input, 'nextToken') };
  const { items, ...next } = paginate(sorted, keyOf, page);
  return { taskDefinitionArns: items.map((definition) => definition.arn), ...next };
}
