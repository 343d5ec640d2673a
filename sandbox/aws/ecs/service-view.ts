import { pick } from '../wire/input.ts';
import { isRunning, liveTasks } from './rollout.ts';
import type { Deployment, Service } from './state.ts';
import { writeTags } from './tags.ts';

const perDeployment = ['launchType', 'capacityProviderStrategy', 'platformVersion', 'networkConfiguration'];

function deploymentView(service: Service, deployment: Deployment): object {
  const tasks = liveTasks(service, deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.taskDefinition.arn,
    desiredCount: deployment.status === 'PRIMARY' ? service.desired : tasks.length,
    pendingCount: tasks.filter((task) => !isRunning(task)).length,
    runningCount: tasks.filter(isRunning).length,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    platformFamily: 'Linux',
    ...pick(service.shape, perDeployment),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

/** A service as DescribeServices tells it. */
export function serviceView(service: Service, withTags: boolean): object {
  const tasks = liveTasks(service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desired,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter((task) => !isRunning(task)).length,
    taskDefinition: service.deployments[0]?.taskDefinition.arn,
    deployments: service.status === 'INACTIVE' ? [] : service.deployments.map((item) => deploymentView(service, item)),
    events: service.events,
    createdAt: service.createdAt,
    createdBy: 'arn:aws:iam::123456789012:user/sandbox',
    loadBalancers: [],
    serviceRegistries: [],
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    propagateTags: 'NONE',
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    resourceManagementType: service.express === undefined ? 'CUSTOMER' : 'ECS',
    ...service.shape,
    ...(withTags ? { tags: writeTags(service.tags) } : {}),
  };
}
