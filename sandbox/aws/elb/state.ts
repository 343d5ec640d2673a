import { AwsError } from '../wire/errors.ts';
import type { Input } from '../wire/input.ts';

export interface Listener {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  readonly actions: readonly Input[];
  readonly targetGroupArn: string | undefined;
}

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly type: string;
  readonly scheme: string;
  readonly subnets: readonly string[];
  readonly createdAt: Date;
  readonly activeAt: number;
  /** `127.0.0.1:port` of its own listener, the same from creation to deletion. */
  readonly address: string;
  readonly listeners: Map<string, Listener>;
  close(): Promise<void>;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  /** The settings as given, with the defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ElbRegion {
  readonly name: string;
  readonly balancers: Map<string, LoadBalancer>;
  readonly groups: Map<string, TargetGroup>;
  /** By ARN of a load balancer, listener or target group. */
  readonly tags: Map<string, Map<string, string>>;
}

export type ElbState = Map<string, ElbRegion>;

export function elbRegionOf(state: ElbState, name: string): ElbRegion {
  const known = state.get(name);
  if (known !== undefined) return known;
  const region: ElbRegion = { name, balancers: new Map(), groups: new Map(), tags: new Map() };
  state.set(name, region);
  return region;
}

export const listenersOf = (region: ElbRegion): readonly { balancer: LoadBalancer; listener: Listener }[] =>
  [...region.balancers.values()].flatMap((balancer) =>
    [...balancer.listeners.values()].map((listener) => ({ balancer, listener })),
  );

export function findBalancer(region: ElbRegion, arn: string): LoadBalancer {
  const balancer = region.balancers.get(arn);
  if (balancer === undefined) throw new AwsError('LoadBalancerNotFound', `Load balancer '${arn}' not found`);
  return balancer;
}

export function findGroup(region: ElbRegion, arn: string): TargetGroup {
  const group = region.groups.get(arn);
  if (group === undefined) throw new AwsError('TargetGroupNotFound', `Target group '${arn}' not found`);
  return group;
}
