import { standing } from '../../core/fault-book.ts';
import { openFront } from '../../core/front.ts';
import { createAddressPool } from '../../core/instant-runner.ts';
import { accountId } from '../ecs/state.ts';
import { AwsError, validationError } from '../wire/errors.ts';
import { records, text, texts } from '../wire/input.ts';
import { page, readName, type ElbCall } from './call.ts';
import { findBalancer, type LoadBalancer } from './state.ts';
import { readElbTags } from './tags.ts';
import { suffix } from './target-groups.ts';

const pool = createAddressPool(40_000);

/** Opens the balancer's own address. It forwards to whatever its listeners point to at the time of each connection. */
async function openAddress(call: ElbCall, name: string, balancer: () => LoadBalancer | undefined) {
  const { context, region, targets } = call;
  if (context.workloads.pretends === true) {
    const address = pool.take();
    return { address, close: () => Promise.resolve(void pool.give(address)) };
  }
  const scope = { cloud: 'aws' as const, region: region.name, resource: name };
  const groups = () => [...(balancer()?.listeners.values() ?? [])].map((listener) => listener.targetGroupArn);
  const ready = () =>
    [...new Set(groups())]
      .flatMap((arn) => (arn === undefined ? [] : targets(arn)))
      .filter((replica) => replica.state === 'ready' && replica.address !== undefined)
      .map((replica) => Number(replica.address?.split(':')[1]));
  const front = await openFront({
    clock: context.clock,
    targets: ready,
    down: () => standing(context.faults, 'region-down', scope) !== undefined,
    delayMs: () => context.faults.strikes('latency', scope)?.ms ?? 0,
  });
  context.faults.onChange(() => {
    if (standing(context.faults, 'region-down', scope) !== undefined) front.cut();
  });
  return front;
}

function view(balancer: LoadBalancer, now: number): object {
  return {
    LoadBalancerArn: balancer.arn,
    DNSName: balancer.address,
    CanonicalHostedZoneId: 'Z000SANDBOX',
    CreatedTime: balancer.createdAt,
    LoadBalancerName: balancer.name,
    Scheme: balancer.scheme,
    VpcId: 'vpc-sandbox',
    State: { Code: now < balancer.activeAt ? 'provisioning' : 'active' },
    Type: balancer.type,
    AvailabilityZones: balancer.subnets.map((SubnetId, index) => ({
      ZoneName: `${balancer.region}${'abcdef'[index % 6]}`,
      SubnetId,
    })),
    IpAddressType: 'ipv4',
  };
}

function readSubnets({ input }: ElbCall): readonly string[] {
  const mapped = records(input, 'SubnetMappings').map((mapping) => text(mapping, 'SubnetId') ?? '');
  const subnets = [...texts(input, 'Subnets'), ...mapped];
  if (subnets.length === 0) throw validationError('At least one subnet must be specified');
  return subnets;
}

const typeLetter: Readonly<Record<string, string>> = { network: 'net', application: 'app', gateway: 'gwy' };

export async function createLoadBalancer(call: ElbCall): Promise<object> {
  const { input, region, context } = call;
  const name = readName(input);
  const type = text(input, 'Type') ?? 'application';
  const letter = typeLetter[type];
  if (letter === undefined) throw validationError(`'${type}' must be one of: application, network, gateway`);
  const scheme = text(input, 'Scheme') ?? 'internet-facing';
  if (scheme !== 'internet-facing' && scheme !== 'internal') {
    throw new AwsError('InvalidScheme', `'${scheme}' must be one of: internet-facing, internal`);
  }
  const subnets = readSubnets(call);
  const tags = readElbTags(input);
  const known = [...region.balancers.values()].find((balancer) => balancer.name === name);
  if (known !== undefined) {
    const same = known.type === type && known.scheme === scheme && known.subnets.join() === subnets.join();
    if (same) return { LoadBalancers: [view(known, context.clock.now())] };
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${name}' exists, but with different settings`,
    );
  }
  const arn = `arn:aws:elasticloadbalancing:${region.name}:${accountId}:loadbalancer/${letter}/${name}/${suffix(region.name, name)}`;
  const front = await openAddress(call, name, () => region.balancers.get(arn));
  const now = context.clock.now();
  const balancer: LoadBalancer = {
    arn,
    name,
    region: region.name,
    type,
    scheme,
    subnets,
    createdAt: new Date(now),
    activeAt: now + context.timings.provisionMs,
    address: front.address,
    listeners: new Map(),
    close: () => front.close(),
  };
  region.balancers.set(arn, balancer);
  region.tags.set(arn, tags);
  return { LoadBalancers: [view(balancer, now)] };
}

export function describeLoadBalancers(call: ElbCall): object {
  const { input, region, context } = call;
  const names = texts(input, 'Names');
  const arns = texts(input, 'LoadBalancerArns');
  const all = [...region.balancers.values()];
  const missing = names.find((name) => !all.some((balancer) => balancer.name === name));
  if (missing !== undefined) throw new AwsError('LoadBalancerNotFound', `Load balancers '[${missing}]' not found`);
  const wanted = arns.length > 0 ? arns.map((arn) => findBalancer(region, arn)) : all;
  const matching = wanted.filter((balancer) => names.length === 0 || names.includes(balancer.name));
  const { shown, next } = page(call, matching, (balancer) => balancer.arn);
  return { LoadBalancers: shown.map((balancer) => view(balancer, context.clock.now())), ...next };
}

/** Deleting what is not there succeeds, as the real one does. */
export async function deleteLoadBalancer({ input, region }: ElbCall): Promise<object> {
  const arn = text(input, 'LoadBalancerArn') ?? '';
  const balancer = region.balancers.get(arn);
  region.balancers.delete(arn);
  region.tags.delete(arn);
  for (const listener of balancer?.listeners.values() ?? []) region.tags.delete(listener.arn);
  await balancer?.close();
  return {};
}
