import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { hash } from 'node:crypto';
import { parseTarget } from '../../shared/domain/target.ts';
import { TargetNotFound, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { namesOf, type Names } from './names.ts';
import { planBalancer, type BalancerPlan } from './plan-balancer.ts';
import { planTask } from './plan-task.ts';
import { checkRegion, networkOf, requireNetwork, roleArn, type AwsSettings, type Network } from './settings.ts';

/**
 * How clients reach a service: `express` (ECS Express gateway service: TLS host name, no VPC wiring), `balancer` (network load
 * balancer of its own), `none` (worker). The reasons are in docs/adr/0005-aws-reachability.md.
 */
export type Exposure = 'express' | 'balancer' | 'none';

/** Everything a command asks of AWS, decided without looking at AWS. */
export interface Plan {
  readonly command: ApplyCommand;
  readonly region: string;
  readonly runtime: 'fargate' | 'ecs-ec2';
  readonly names: Names;
  readonly cluster: string;
  readonly exposure: Exposure;
  /** Without tags: those carry the generation, and a new generation of the same workload is not a new definition. */
  readonly taskDefinition: RegisterTaskDefinitionCommandInput;
  readonly network: Network | undefined;
  readonly express: { readonly infrastructureRoleArn: string; readonly healthCheckPath: string } | undefined;
  readonly balancer: BalancerPlan | undefined;
  readonly ec2CapacityProvider: string | undefined;
  /** For volumes that ECS makes with each task. */
  readonly volumeRoleArn: string | undefined;
  /** Of all above that is worth a new rollout when it changes: replicas and generation are not. */
  readonly hash: string;
}

/**
 * @throws InvalidSpec for what AWS cannot express; TargetNotFound for a region, runtime, network or account that is not there.
 */
export function planDeployment(command: ApplyCommand, settings: AwsSettings): Plan {
  const { region, runtime } = placeOf(command.target);
  checkRegion(settings, region);
  const { workload } = command;
  const exposure = exposureOf(command, runtime);
  const names = namesOf(command);
  const probeInside = exposure === 'none';
  const rest = {
    exposure,
    taskDefinition: planTask(workload, { settings, names, region, runtime, probeInside }),
    ...planReach(command, exposure, settings),
    ec2CapacityProvider: settings.ec2CapacityProvider,
    volumeRoleArn: workload.volumes.some(isSized) ? roleArn(settings, region, 'infrastructure') : undefined,
  };
  const spot = workload.spot && runtime === 'fargate';
  const worthRollout = { ...rest, spot, platform: workload.hints.aws?.platformVersion, volumes: workload.volumes };
  const planHash = hash('sha256', JSON.stringify(worthRollout), 'hex').slice(0, 16);
  return { command, region, runtime, names, cluster: settings.cluster, ...rest, hash: planHash };
}

const isSized = ({ sizeGib }: Workload['volumes'][number]) => sizeGib !== undefined;

function planReach(command: ApplyCommand, exposure: Exposure, settings: AwsSettings) {
  const { workload, target } = command;
  const { region } = placeOf(target);
  if (exposure === 'express') {
    const express = planExpress(workload, settings, region);
    return { network: networkOf(settings, region), express, balancer: undefined };
  }
  const network = requireNetwork(settings, region);
  const balancer = exposure === 'balancer' ? planBalancer(workload, namesOf(command), network) : undefined;
  return { network, express: undefined, balancer };
}

/** @throws TargetNotFound when it is not a target of this deployer. */
export function placeOf(target: string): { readonly region: string; readonly runtime: 'fargate' | 'ecs-ec2' } {
  const { cloud, region, runtime } = parseTarget(target);
  if (cloud === 'aws' && (runtime === 'fargate' || runtime === 'ecs-ec2')) return { region, runtime };
  throw new TargetNotFound(`${target} is not a target of the AWS deployer: it knows aws/<region>/fargate and /ecs-ec2`);
}

type Workload = ApplyCommand['workload'];

/** Up to here Express and this deployer's Fargate go; placement sends larger tasks to ecs-ec2. */
const expressMillicores = 4000;

function exposureOf({ workload }: ApplyCommand, runtime: string): Exposure {
  const [first, ...others] = workload.ports;
  if (first === undefined) return 'none';
  const single = others.length === 0 && first.protocol === 'HTTP';
  // Express checks health on the port it serves, and leaves no choice of capacity, platform version or volumes.
  const checked = workload.healthCheck === undefined || workload.healthCheck.port === first.port;
  return runtime === 'fargate' && single && checked && isPlain(workload) ? 'express' : 'balancer';
}

function isPlain({ spot, volumes, hints, cpuMillicores }: Workload): boolean {
  const choosy = spot || volumes.length > 0 || hints.aws?.platformVersion !== undefined;
  return !choosy && cpuMillicores <= expressMillicores;
}

function planExpress({ healthCheck }: Workload, settings: AwsSettings, region: string) {
  return {
    infrastructureRoleArn: roleArn(settings, region, 'infrastructure'),
    // Express insists on an HTTP check; its default, /ping, exists in few images.
    healthCheckPath: healthCheck?.path ?? '/',
  };
}
