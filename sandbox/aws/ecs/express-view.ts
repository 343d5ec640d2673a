import type { SandboxContext } from '../../core/types.ts';
import { pick } from '../wire/input.ts';
import { revisionArn } from './service-revisions.ts';
import { accountId, workloadId, type Deployment, type Service } from './state.ts';
import { writeTags } from './tags.ts';

const shown = [
  'executionRoleArn',
  'taskRoleArn',
  'cpu',
  'memory',
  'cpuArchitecture',
  'networkConfiguration',
  'healthCheckPath',
  'primaryContainer',
  'scalingTarget',
];

const arnOf = (kind: string, service: Service, deployment: Deployment) =>
  `arn:aws:ecs:${service.region}:${accountId}:${kind}/${service.cluster.name}/${service.name}/${deployment.id.slice('ecs-svc/'.length)}`;

function configurationView(service: Service, deployment: Deployment, context: SandboxContext): object {
  const address = context.workloads.status(workloadId(service))?.address;
  return {
    serviceRevisionArn: revisionArn(service, deployment),
    taskDefinitionArn: deployment.taskDefinition.arn,
    ...pick(service.express?.configurations.get(deployment.id) ?? {}, shown),
    // The real service gives a host name (`….ecs.<region>.on.aws`) here, without a scheme.
    ingressPaths: address === undefined ? [] : [{ accessType: 'PUBLIC', endpoint: address }],
    createdAt: deployment.createdAt,
  };
}

const statusView = (service: Service) => ({
  statusCode: service.status,
  ...(service.deployments[0] === undefined ? {} : { statusReason: service.deployments[0].rolloutStateReason }),
});

/** Newest configuration first; while a deployment is on its way, the one it replaces is active too. */
export function expressView(service: Service, context: SandboxContext, withTags: boolean): object {
  const [primary] = service.deployments;
  const active = service.deployments.filter((deployment) => service.express?.configurations.has(deployment.id));
  return {
    cluster: service.cluster.name,
    serviceName: service.name,
    serviceArn: service.arn,
    infrastructureRoleArn: service.express?.infrastructureRoleArn,
    status: statusView(service),
    ...(primary?.rolloutState === 'IN_PROGRESS'
      ? { currentDeployment: arnOf('service-deployment', service, primary) }
      : {}),
    activeConfigurations:
      service.status === 'INACTIVE' ? [] : active.map((deployment) => configurationView(service, deployment, context)),
    ...(withTags ? { tags: writeTags(service.tags) } : {}),
    createdAt: service.createdAt,
    updatedAt: service.updatedAt,
  };
}

export function updatedView(service: Service, context: SandboxContext): object {
  const [primary] = service.deployments;
  return {
    serviceArn: service.arn,
    cluster: service.cluster.name,
    serviceName: service.name,
    status: statusView(service),
    ...(primary === undefined ? {} : { targetConfiguration: configurationView(service, primary, context) }),
    createdAt: service.createdAt,
    updatedAt: service.updatedAt,
  };
}
