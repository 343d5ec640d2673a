import type { Listener, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { targetGroupName, type Names } from './names.ts';
import type { ElbApi } from './elb-api.ts';
import type { BalancerPlan, PortPlan } from './plan-balancer.ts';
import { portsOf, portTags, type TagSet } from './tags.ts';

/**
 * A balancer and what belongs to it, put right piece by piece. A half-made or half-removed one is met again by name; the ports
 * whose target groups may exist stand in a tag of the balancer, which is therefore made first and goes last.
 */
export interface Balancer {
  readonly arn: string;
  /** By port: what an ECS service is attached to. */
  readonly targetGroups: ReadonlyMap<number, string>;
}

export async function ensureBalancer(elb: ElbApi, plan: BalancerPlan, tags: TagSet): Promise<Balancer> {
  const wanted = plan.ports.map(({ port }) => port);
  const known = await elb.balancer(plan.name);
  const balancer = known ?? (await elb.createBalancer(plan, { ...tags, ...portTags(wanted) }));
  const arn = balancer.LoadBalancerArn ?? '';
  if (known !== undefined) {
    const before = portsOf((await elb.tagsOf([arn])).get(arn) ?? {});
    const all = [...new Set([...before, ...wanted])];
    // Before a target group is made, so that a removal finds it whatever happens next.
    await elb.tag([arn], { ...tags, ...portTags(all) });
  }
  const listeners = known === undefined ? [] : await elb.listeners(arn);
  const targetGroups = new Map<number, string>();
  for (const port of plan.ports) {
    const group = await ensureTargetGroup(elb, port, plan.vpc ?? balancer.VpcId ?? '', tags);
    if (!listens(listeners, port.port, group)) {
      await replaceListener(elb, { balancerArn: arn, port: port.port, targetGroupArn: group }, listeners, tags);
    }
    targetGroups.set(port.port, group);
  }
  return { arn, targetGroups };
}

const listens = (listeners: readonly Listener[], port: number, group: string): boolean =>
  listeners.some((listener) => listener.Port === port && listener.DefaultActions?.[0]?.TargetGroupArn === group);

/** Only when somebody pointed our listener elsewhere is there one to replace. */
async function replaceListener(
  elb: ElbApi,
  wanted: { readonly balancerArn: string; readonly port: number; readonly targetGroupArn: string },
  listeners: readonly Listener[],
  tags: TagSet,
): Promise<void> {
  const wrong = listeners.find(({ Port }) => Port === wanted.port)?.ListenerArn;
  if (wrong !== undefined) await elb.deleteListener(wrong);
  await elb.createListener(wanted, tags);
}

async function ensureTargetGroup(elb: ElbApi, plan: PortPlan, vpc: string, tags: TagSet): Promise<string> {
  const known = await elb.targetGroup(plan.targetGroup);
  const group = known ?? (await elb.createTargetGroup(plan, vpc, tags));
  const arn = group.TargetGroupArn ?? '';
  if (known !== undefined) {
    const differs = Object.entries(plan.check).some(([field, value]) => known[field as keyof typeof known] !== value);
    if (differs) await elb.setCheck(arn, plan);
    await elb.tag([arn], tags);
  }
  return arn;
}

/** Takes away ports that the service lost. The ECS service must have let go of them before. */
export async function prunePorts(elb: ElbApi, { arn, targetGroups }: Balancer, names: Names): Promise<void> {
  const before = portsOf((await elb.tagsOf([arn])).get(arn) ?? {});
  const lost = before.filter((port) => !targetGroups.has(port));
  if (lost.length === 0) return;
  const listeners = await elb.listeners(arn);
  for (const port of lost) await removePort(elb, port, listeners, names);
  await elb.tag([arn], portTags([...targetGroups.keys()]));
}

async function removePort(elb: ElbApi, port: number, listeners: readonly Listener[], names: Names): Promise<void> {
  const listener = listeners.find(({ Port }) => Port === port)?.ListenerArn;
  if (listener !== undefined) await elb.deleteListener(listener);
  const group = (await elb.targetGroup(targetGroupName(names, port)))?.TargetGroupArn;
  if (group !== undefined) await elb.deleteTargetGroup(group);
}

/**
 * @returns whether there was one.
 * @throws Throttled while a target group is still in use: the command comes again and finds the rest.
 */
export async function removeBalancer(elb: ElbApi, names: Names): Promise<boolean> {
  const arn = (await elb.balancer(names.balancer))?.LoadBalancerArn;
  if (arn === undefined) return false;
  const ports = portsOf((await elb.tagsOf([arn])).get(arn) ?? {});
  const listeners = await elb.listeners(arn);
  const known = new Set([...ports, ...listeners.map(({ Port = 0 }) => Port)]);
  for (const port of known) await removePort(elb, port, listeners, names);
  await elb.deleteBalancer(arn);
  return true;
}

/** Scheme and port under which a service behind a balancer is known. */
export interface Address {
  readonly scheme: string;
  readonly port: number;
}

/** `http://host:port` or `tcp://host:port`, once the balancer takes connections. */
export function balancerEndpoint(balancer: LoadBalancer | undefined, { scheme, port }: Address): string | undefined {
  const host = balancer?.DNSName;
  if (host === undefined || balancer?.State?.Code !== 'active') return undefined;
  // Where a whole cloud lives on one address, a balancer's name brings its own port.
  return host.includes(':') ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}
