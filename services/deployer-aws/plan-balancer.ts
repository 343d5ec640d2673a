import type { CreateTargetGroupCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { targetGroupName, type Names } from './names.ts';
import type { Network } from './settings.ts';

type Workload = ApplyCommand['workload'];

/** A network load balancer with one listener and one target group per port. */
export interface BalancerPlan {
  readonly name: string;
  readonly vpc: string | undefined;
  readonly subnets: string[];
  readonly securityGroups: string[];
  readonly ports: readonly PortPlan[];
  /** Scheme and port under which the service is known. */
  readonly scheme: 'http' | 'tcp';
  readonly port: number;
}

export interface PortPlan {
  readonly port: number;
  readonly targetGroup: string;
  /** The part of a target group that may change while it stands. */
  readonly check: TargetGroupCheck;
}

export type TargetGroupCheck = Required<
  Pick<
    CreateTargetGroupCommandInput,
    | 'HealthCheckProtocol'
    | 'HealthCheckPort'
    | 'HealthCheckIntervalSeconds'
    | 'HealthCheckTimeoutSeconds'
    | 'HealthyThresholdCount'
    | 'UnhealthyThresholdCount'
  >
> &
  Pick<CreateTargetGroupCommandInput, 'HealthCheckPath'>;

/** Amazon ECS Developer Guide, "Service load balancing considerations": target groups of one service. */
const mostPorts = 5;

/** @throws InvalidSpec */
export function planBalancer(workload: Workload, names: Names, network: Network): BalancerPlan {
  const { ports } = workload;
  if (ports.length > mostPorts) {
    throw new InvalidSpec(
      `${ports.length} ports are given; ECS puts at most ${mostPorts} of a service behind balancers`,
    );
  }
  const main = ports.find(({ protocol }) => protocol === 'HTTP') ?? ports[0];
  const check = planCheck(workload.healthCheck);
  return {
    name: names.balancer,
    vpc: network.vpc,
    subnets: network.publicSubnets,
    securityGroups: network.balancerSecurityGroups,
    ports: ports.map(({ port }) => ({ port, targetGroup: targetGroupName(names, port), check })),
    scheme: main?.protocol === 'HTTP' ? 'http' : 'tcp',
    port: main?.port ?? 0,
  };
}

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** Ranges: ELBv2 API reference, CreateTargetGroup. Every port's targets are asked on the port that the check names. */
function planCheck(check: Workload['healthCheck']): TargetGroupCheck {
  if (check === undefined) {
    return {
      HealthCheckProtocol: 'TCP',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 10,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
    };
  }
  const interval = within(check.intervalSeconds, 5, 300);
  return {
    HealthCheckProtocol: 'HTTP',
    HealthCheckPort: String(check.port),
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: interval,
    HealthCheckTimeoutSeconds: within(check.timeoutSeconds, 2, Math.min(120, interval - 1)),
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: within(check.failureThreshold, 2, 10),
  };
}
