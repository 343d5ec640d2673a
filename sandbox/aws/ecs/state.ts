import type { Fault, ReplicaStatus } from '../../core/types.ts';
import type { Input } from '../wire/input.ts';

export const accountId = '123456789012';

export type Tags = Map<string, string>;

export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** The registered document: container definitions, cpu, memory, roles, volumes, … echoed as given. */
  readonly document: Input;
  readonly containers: readonly Input[];
  readonly compatibilities: readonly string[];
  readonly registeredAt: Date;
  status: 'ACTIVE' | 'INACTIVE';
  deregisteredAt?: Date;
  tags: Tags;
}

export interface Deployment {
  /** `ecs-svc/<digits>`; also the workload's revision, so that replicas tell which deployment they belong to. */
  readonly id: string;
  status: 'PRIMARY' | 'ACTIVE';
  readonly taskDefinition: TaskDefinition;
  readonly createdAt: Date;
  updatedAt: Date;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  failedTasks: number;
  /** Replicas the runner was last told to run for it; undefined while nothing could be placed. */
  placed: number | undefined;
  readonly stuck: Fault | undefined;
}

/** A task as `DescribeTasks` tells it; one per launch of a replica, kept for a while after it stopped. */
export interface Task {
  readonly id: string;
  readonly deployment: Deployment;
  readonly createdAt: Date;
  state: ReplicaStatus['state'];
  address?: string;
  startedAt?: Date;
  /** Since when it runs without being healthy. */
  unhealthySince?: number;
  stoppedAt?: Date;
  stoppedReason?: string;
}

export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: Date;
  readonly message: string;
}

/** What makes a service an Express gateway service. */
export interface ExpressSettings {
  readonly infrastructureRoleArn: string;
  /** Configurations by deployment id, newest last. */
  readonly configurations: Map<string, Input>;
}

export interface Service {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly cluster: Cluster;
  readonly createdAt: Date;
  readonly token: string | undefined;
  updatedAt: Date;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desired: number;
  /** Request fields that are echoed as given: launchType, networkConfiguration, loadBalancers, … */
  shape: Record<string, unknown>;
  /** Newest first; the first one is PRIMARY. */
  deployments: Deployment[];
  events: ServiceEvent[];
  tasks: Map<string, Task>;
  tags: Tags;
  express?: ExpressSettings;
}

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly shape: Record<string, unknown>;
  readonly services: Map<string, Service>;
  status: 'ACTIVE' | 'INACTIVE';
  tags: Tags;
}

export interface EcsRegion {
  readonly name: string;
  readonly clusters: Map<string, Cluster>;
  readonly families: Map<string, TaskDefinition[]>;
}

export type EcsState = Map<string, EcsRegion>;

export function regionOf(state: EcsState, name: string): EcsRegion {
  const known = state.get(name);
  if (known !== undefined) return known;
  const region: EcsRegion = { name, clusters: new Map(), families: new Map() };
  state.set(name, region);
  return region;
}

export const arn = (region: string, resource: string) => `arn:aws:ecs:${region}:${accountId}:${resource}`;
/** The last part of an ARN or the short name itself. */
export const shortName = (nameOrArn: string) => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
export const workloadId = (service: Service) => `aws/${service.region}/ecs/${service.cluster.name}/${service.name}`;
