import type { FaultScope, ReplicaStatus, SandboxContext } from '../core/types.ts';
import { cloudWatchOperations } from './cloudwatch/operations.ts';
import { startServiceMetrics } from './cloudwatch/service-metrics.ts';
import { createMetricStore } from './cloudwatch/store.ts';
import { createLifecycle } from './ecs/lifecycle.ts';
import { ecsOperations } from './ecs/operations.ts';
import { regionOf, shortName, workloadId, type EcsState, type Service } from './ecs/state.ts';
import type { TargetGroups } from './ecs/target-groups.ts';
import { loadBalancersOf } from './ecs/workload-spec.ts';
import { elbOperations } from './elb/operations.ts';
import { elbRegionOf, listenersOf, type ElbState } from './elb/state.ts';
import { callerIdentity } from './sts.ts';
import { AwsError } from './wire/errors.ts';
import type { Input } from './wire/input.ts';
import type { AwsRequest, AwsService } from './wire/request.ts';

/** Thrown when the region is down: the caller gets no answer at all. */
export class RegionDown extends Error {}

const nameFields = [
  'serviceName',
  'service',
  'serviceArn',
  'clusterName',
  'cluster',
  'family',
  'taskDefinition',
  'Name',
  'MetricName',
];

/** The name a fault by resource is matched with: of the fields that name something, the most specific one. */
function resourceOf(input: Input): string | undefined {
  const name = nameFields.map((field) => input[field]).find((value) => typeof value === 'string');
  return typeof name === 'string' ? shortName(name) : undefined;
}

const throttled: Readonly<Record<AwsService, string>> = {
  ecs: 'ThrottlingException',
  elasticloadbalancing: 'Throttling',
  monitoring: 'Throttling',
  sts: 'Throttling',
};
const broken: Readonly<Record<AwsService, string>> = {
  ecs: 'ServerException',
  elasticloadbalancing: 'InternalFailure',
  monitoring: 'InternalServiceError',
  sts: 'InternalFailure',
};

function strike({ faults }: SandboxContext, { service, region, operation, input }: AwsRequest): void {
  const resource = resourceOf(input);
  const scope: FaultScope = { cloud: 'aws', region, operation, ...(resource === undefined ? {} : { resource }) };
  if (faults.strikes('region-down', scope) !== undefined) throw new RegionDown();
  if (faults.strikes('throttle', scope) !== undefined) throw new AwsError(throttled[service], 'Rate exceeded');
  if (faults.strikes('api-error', scope) !== undefined) {
    throw new AwsError(broken[service], 'Service Unavailable. Please try again later.', 500);
  }
}

export interface AwsApi {
  readonly ecs: EcsState;
  readonly elb: ElbState;
  /** @throws AwsError, RegionDown */
  handle(request: AwsRequest): Promise<object>;
  /** Ends what goes on by itself. */
  close(): void;
}

export function createApi(context: SandboxContext): AwsApi {
  const ecs: EcsState = new Map();
  const elb: ElbState = new Map();

  const targetGroups: TargetGroups = {
    find(regionName, arn) {
      const region = elbRegionOf(elb, regionName);
      const group = region.groups.get(arn);
      if (group === undefined) return undefined;
      const path = group.settings['HealthCheckPath'];
      const attached = listenersOf(region).some(({ listener }) => listener.targetGroupArn === arn);
      return { attached, ...(typeof path === 'string' ? { healthPath: path } : {}) };
    },
  };

  const isBehind = (arn: string) => (service: Service) =>
    loadBalancersOf(service).some((balancer) => balancer['targetGroupArn'] === arn);

  function targets(region: string, arn: string): readonly ReplicaStatus[] {
    const services = [...regionOf(ecs, region).clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
    return services
      .filter(isBehind(arn))
      .flatMap((service) => context.workloads.status(workloadId(service))?.replicas ?? []);
  }

  const metrics = createMetricStore(context.clock);
  const stopMetering = startServiceMetrics(context, ecs, metrics);

  const lifecycle = createLifecycle(context, targetGroups);
  const unknown = ({ service, operation }: AwsRequest) =>
    new AwsError('UnknownOperationException', `The sandbox does not speak ${service} ${operation}.`);

  type Answer = object | Promise<object>;

  function callEcs({ operation, input, region }: AwsRequest): Answer | undefined {
    if (!Object.hasOwn(ecsOperations, operation)) return undefined;
    return ecsOperations[operation]?.({
      operation,
      input,
      context,
      lifecycle,
      targetGroups,
      region: regionOf(ecs, region),
    });
  }

  function callElb({ operation, input, region }: AwsRequest): Answer | undefined {
    if (!Object.hasOwn(elbOperations, operation)) return undefined;
    const call = { input, context, region: elbRegionOf(elb, region), targets: (arn: string) => targets(region, arn) };
    return elbOperations[operation]?.(call);
  }

  function callCloudWatch({ operation, input, region }: AwsRequest): Answer | undefined {
    if (!Object.hasOwn(cloudWatchOperations, operation)) return undefined;
    return cloudWatchOperations[operation]?.({ input, region, now: context.clock.now(), store: metrics });
  }

  const services: Readonly<Record<AwsService, (request: AwsRequest) => Answer | undefined>> = {
    ecs: callEcs,
    elasticloadbalancing: callElb,
    monitoring: callCloudWatch,
    sts: ({ operation }) => (operation === 'GetCallerIdentity' ? callerIdentity() : undefined),
  };

  return {
    ecs,
    elb,
    close: stopMetering,
    async handle(request) {
      strike(context, request);
      const answer = services[request.service](request);
      if (answer === undefined) throw unknown(request);
      return answer;
    },
  };
}
