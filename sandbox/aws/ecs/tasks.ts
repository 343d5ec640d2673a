import { invalidParameter } from '../wire/errors.ts';
import { text, texts, type Input } from '../wire/input.ts';
import { paginate } from '../wire/paging.ts';
import type { Call } from './call.ts';
import { findCluster, pageLimit } from './clusters.ts';
import { findService } from './services.ts';
import { arn, shortName, type Cluster, type Service, type Task } from './state.ts';
import { writeTags } from './tags.ts';

const arnOf = (service: Service, task: Task) => arn(service.region, `task/${service.cluster.name}/${task.id}`);

function lastStatus(task: Task): string {
  if (task.stoppedAt !== undefined) return 'STOPPED';
  return task.state === 'running' || task.state === 'ready' ? 'RUNNING' : 'PENDING';
}

const healthOf = (task: Task) =>
  task.state === 'ready' ? 'HEALTHY' : task.unhealthySince === undefined ? 'UNKNOWN' : 'UNHEALTHY';

function networkOf(task: Task): object {
  const [host = '', port] = (task.address ?? '').split(':');
  if (port === undefined) return { networkInterfaces: [] };
  return {
    networkBindings: [{ bindIP: host, hostPort: Number(port), protocol: 'tcp' }],
    networkInterfaces: [{ privateIpv4Address: host }],
  };
}

function containerView(service: Service, task: Task, container: Input): object {
  const taskArn = arnOf(service, task);
  return {
    containerArn: arn(service.region, `container/${service.cluster.name}/${task.id}/${text(container, 'name')}`),
    taskArn,
    name: text(container, 'name'),
    image: text(container, 'image'),
    lastStatus: lastStatus(task),
    healthStatus: healthOf(task),
    ...networkOf(task),
    ...(task.stoppedReason === undefined ? {} : { reason: task.stoppedReason }),
  };
}

function view(service: Service, task: Task, withTags: boolean): object {
  const { taskDefinition, id } = task.deployment;
  const stopped = task.stoppedAt !== undefined;
  return {
    taskArn: arnOf(service, task),
    clusterArn: service.cluster.arn,
    taskDefinitionArn: taskDefinition.arn,
    group: `service:${service.name}`,
    startedBy: id,
    lastStatus: lastStatus(task),
    desiredStatus: stopped ? 'STOPPED' : 'RUNNING',
    healthStatus: healthOf(task),
    launchType: service.shape['launchType'] ?? 'FARGATE',
    availabilityZone: `${service.region}a`,
    cpu: taskDefinition.document['cpu'],
    memory: taskDefinition.document['memory'],
    containers: taskDefinition.containers.map((container) => containerView(service, task, container)),
    createdAt: task.createdAt,
    ...(task.startedAt === undefined ? {} : { startedAt: task.startedAt }),
    ...(stopped ? { stoppedAt: task.stoppedAt, stoppedReason: task.stoppedReason, stopCode: stopCode(task) } : {}),
    ...(withTags ? { tags: service.shape['propagateTags'] === 'SERVICE' ? writeTags(service.tags) : [] } : {}),
  };
}

const stopCode = (task: Task) =>
  task.stoppedReason?.startsWith('Scaling') === true ? 'ServiceSchedulerInitiated' : 'EssentialContainerExited';

function tasksOf(call: Call, cluster: Cluster): { service: Service; task: Task }[] {
  const services = [...cluster.services.values()];
  services.forEach((service) => call.lifecycle.sync(service));
  return services.flatMap((service) => [...service.tasks.values()].map((task) => ({ service, task })));
}

export function listTasks(call: Call): object {
  const { input, region } = call;
  const cluster = findCluster(region, text(input, 'cluster'));
  const name = text(input, 'serviceName');
  const only = name === undefined ? undefined : findService(call, cluster, 'serviceName');
  const stopped = text(input, 'desiredStatus') === 'STOPPED';
  const family = text(input, 'family');
  const arns = tasksOf(call, cluster)
    .filter(({ service }) => only === undefined || service === only)
    .filter(({ task }) => (task.stoppedAt !== undefined) === stopped)
    .filter(({ task }) => family === undefined || task.deployment.taskDefinition.family === family)
    .map(({ service, task }) => arnOf(service, task))
    .sort();
  const page = { limit: pageLimit(call, 100, 100), token: text(input, 'nextToken') };
  const { items, ...next } = paginate(arns, (item) => item, page);
  return { taskArns: items, ...next };
}

export function describeTasks(call: Call): object {
  const { input, region } = call;
  const cluster = findCluster(region, text(input, 'cluster'));
  const wanted = texts(input, 'tasks');
  if (wanted.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (wanted.length > 100) throw invalidParameter('Tasks may not exceed 100.');
  const known = new Map(tasksOf(call, cluster).map((entry) => [entry.task.id, entry]));
  const withTags = texts(input, 'include').includes('TAGS');
  const found = wanted.map((reference) => known.get(shortName(reference)));
  return {
    tasks: found.filter((entry) => entry !== undefined).map(({ service, task }) => view(service, task, withTags)),
    failures: wanted
      .filter((_, index) => found[index] === undefined)
      .map((reference) => ({
        arn: arn(region.name, `task/${cluster.name}/${shortName(reference)}`),
        reason: 'MISSING',
      })),
  };
}
