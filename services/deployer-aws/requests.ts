import type {
  CreateExpressGatewayServiceCommandInput,
  CreateServiceCommandInput,
  LoadBalancer,
  NetworkConfiguration,
  ServiceVolumeConfiguration,
  UpdateExpressGatewayServiceCommandInput,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { hash } from 'node:crypto';
import { containerName } from './plan-task.ts';
import type { Plan } from './plan.ts';
import { ecsTags, identityTags, toldTags, type TagSet } from './tags.ts';

/** What is known only once something stands: ARNs. */
export interface Standing {
  /** `family:revision` */
  readonly definition: string;
  readonly definitionArn: string;
  /** By port. */
  readonly targetGroups: ReadonlyMap<number, string>;
  /** When an earlier service of the same name was made: its token must not be met again. */
  readonly predecessor?: number | undefined;
}

/** Every tag of an ECS service after this command. */
export function serviceTags(plan: Plan, definition: string, seenEvent?: string): TagSet {
  const { command, balancer } = plan;
  const told = {
    replicas: command.workload.replicas,
    definition,
    planHash: plan.hash,
    ...(seenEvent === undefined ? {} : { seenEvent }),
    ...(balancer === undefined ? {} : { address: `${balancer.scheme}:${balancer.port}` }),
  };
  return { ...identityTags(command), ...toldTags(told) };
}

/** ECS takes 36 characters. The same command makes the same token; after a removal the predecessor tells them apart. */
function clientToken({ command }: Plan, predecessor: number | undefined): string {
  const { application, service, target, generation, specHash } = command;
  const seed = [application, service, target, generation, specHash, predecessor ?? ''].join('\n');
  return hash('sha256', seed, 'hex').slice(0, 32);
}

/** Seconds that a service which names no health check may take to listen before ECS replaces its tasks. */
const uncheckedGrace = 60;

/** What a plain service is made with and updated to. Fields left undefined are not sent. */
function shape(plan: Plan, standing: Standing) {
  const { command, runtime, balancer } = plan;
  const { hints, healthCheck, replicas } = command.workload;
  return {
    taskDefinition: standing.definitionArn,
    desiredCount: replicas,
    networkConfiguration: networking(plan),
    deploymentConfiguration: {
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      // The breaker says that a rollout is hopeless; going back is the control plane's decision.
      deploymentCircuitBreaker: { enable: true, rollback: false },
    },
    loadBalancers: loadBalancers(standing),
    platformVersion: runtime === 'fargate' ? hints.aws?.platformVersion : undefined,
    healthCheckGracePeriodSeconds:
      balancer === undefined ? undefined : (healthCheck?.initialDelaySeconds ?? uncheckedGrace),
    volumeConfigurations: volumes(plan),
  };
}

function networking({ runtime, network }: Plan): NetworkConfiguration {
  const { subnets = [], securityGroups = [], assignPublicIp = false } = network ?? {};
  // Container instances give their tasks no public address; ECS refuses the field there.
  const publicIp = runtime === 'ecs-ec2' ? undefined : assignPublicIp ? 'ENABLED' : 'DISABLED';
  return { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: publicIp } };
}

const loadBalancers = ({ targetGroups }: Standing): LoadBalancer[] =>
  [...targetGroups].map(([containerPort, targetGroupArn]) => ({ targetGroupArn, containerName, containerPort }));

function volumes({ command, volumeRoleArn }: Plan): ServiceVolumeConfiguration[] | undefined {
  const sized = command.workload.volumes.filter(({ sizeGib }) => sizeGib !== undefined);
  if (sized.length === 0) return undefined;
  return sized.map(({ name, sizeGib }) => ({
    name,
    managedEBSVolume: { roleArn: volumeRoleArn, sizeInGiB: sizeGib, filesystemType: 'ext4' },
  }));
}

function strategy({ command, runtime, ec2CapacityProvider }: Plan) {
  if (runtime === 'ecs-ec2') {
    return ec2CapacityProvider === undefined ? [] : [{ capacityProvider: ec2CapacityProvider, weight: 1 }];
  }
  return command.workload.spot ? [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] : [];
}

export function createService(plan: Plan, standing: Standing): CreateServiceCommandInput {
  const providers = strategy(plan);
  const launchType = plan.runtime === 'fargate' ? ('FARGATE' as const) : ('EC2' as const);
  return {
    cluster: plan.cluster,
    serviceName: plan.names.service,
    ...shape(plan, standing),
    // A launch type and a strategy exclude each other.
    ...(providers.length === 0 ? { launchType } : { capacityProviderStrategy: providers }),
    schedulingStrategy: 'REPLICA',
    clientToken: clientToken(plan, standing.predecessor),
    enableECSManagedTags: true,
    propagateTags: 'SERVICE',
    tags: ecsTags(serviceTags(plan, standing.definition)),
  };
}

/**
 * What is left out of an update stays as it was, so that what the service no longer has is said: no volumes, the latest platform, and
 * an empty strategy, which takes it back to its launch type. ECS changes a strategy only with a forced deployment; every update is one
 * of another definition anyway.
 */
export function updateService(plan: Plan, standing: Standing): UpdateServiceCommandInput {
  const now = shape(plan, standing);
  return {
    cluster: plan.cluster,
    service: plan.names.service,
    ...now,
    platformVersion: plan.runtime === 'fargate' ? (now.platformVersion ?? 'LATEST') : undefined,
    volumeConfigurations: now.volumeConfigurations ?? [],
    capacityProviderStrategy: strategy(plan),
    forceNewDeployment: true,
  };
}

/** Equal bounds switch automatic scaling off: how many replicas there are is placement's decision. */
const scaling = ({ command }: Plan) => ({
  scalingTarget: { minTaskCount: command.workload.replicas, maxTaskCount: command.workload.replicas },
});

function expressShape(plan: Plan, standing: Standing) {
  const { network, express } = plan;
  return {
    taskDefinitionArn: standing.definitionArn,
    healthCheckPath: express?.healthCheckPath,
    // One list for tasks and load balancer alike: it is these subnets that make an Express service public or internal.
    networkConfiguration: network && { subnets: network.publicSubnets, securityGroups: network.securityGroups },
    ...scaling(plan),
  };
}

export const createExpress = (plan: Plan, standing: Standing): CreateExpressGatewayServiceCommandInput => ({
  cluster: plan.cluster,
  serviceName: plan.names.express,
  infrastructureRoleArn: plan.express?.infrastructureRoleArn,
  ...expressShape(plan, standing),
  tags: ecsTags(serviceTags(plan, standing.definition)),
});

export const updateExpress = (
  plan: Plan,
  serviceArn: string,
  standing: Standing,
): UpdateExpressGatewayServiceCommandInput => ({ serviceArn, ...expressShape(plan, standing) });

export const scaleExpress = (plan: Plan, serviceArn: string): UpdateExpressGatewayServiceCommandInput => ({
  serviceArn,
  ...scaling(plan),
});

export const scaleService = ({ command, cluster, names }: Plan): UpdateServiceCommandInput => ({
  cluster,
  service: names.service,
  desiredCount: command.workload.replicas,
});
