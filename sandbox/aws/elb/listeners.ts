import { AwsError, validationError } from '../wire/errors.ts';
import { record, records, text, texts, whole, type Input } from '../wire/input.ts';
import { page, type ElbCall } from './call.ts';
import { findBalancer, findGroup, listenersOf, type Listener, type LoadBalancer } from './state.ts';
import { readElbTags } from './tags.ts';
import { suffix } from './target-groups.ts';

const protocols: Readonly<Record<string, readonly string[]>> = {
  network: ['TCP', 'TLS', 'UDP', 'TCP_UDP'],
  application: ['HTTP', 'HTTPS'],
};

/** The target group of a `forward` action, in its short or its weighted form. */
function forwardsTo(actions: readonly Input[]): string | undefined {
  const forward = actions.find((action) => text(action, 'Type') === 'forward') ?? {};
  const weighted = records(record(forward, 'ForwardConfig') ?? {}, 'TargetGroups');
  return text(forward, 'TargetGroupArn') ?? weighted.map((group) => text(group, 'TargetGroupArn'))[0];
}

const view = (balancer: LoadBalancer, listener: Listener) => ({
  ListenerArn: listener.arn,
  LoadBalancerArn: balancer.arn,
  Port: listener.port,
  Protocol: listener.protocol,
  DefaultActions: listener.actions,
});

function readListener({ input, region }: ElbCall, balancer: LoadBalancer): Omit<Listener, 'arn'> {
  const protocol = text(input, 'Protocol') ?? '';
  const port = whole(input, 'Port') ?? 0;
  if (!(protocols[balancer.type] ?? []).includes(protocol)) {
    throw new AwsError(
      'UnsupportedProtocol',
      `Protocol '${protocol}' is not supported by a ${balancer.type} load balancer`,
    );
  }
  if (port < 1 || port > 65_535) throw validationError('A port between 1 and 65535 must be specified');
  const actions = records(input, 'DefaultActions');
  if (actions.length === 0) throw validationError('A default action must be specified');
  const targetGroupArn = forwardsTo(actions);
  if (targetGroupArn !== undefined) findGroup(region, targetGroupArn);
  return { port, protocol, actions, targetGroupArn };
}

export function createListener(call: ElbCall): object {
  const { input, region } = call;
  const balancer = findBalancer(region, text(input, 'LoadBalancerArn') ?? '');
  const wanted = readListener(call, balancer);
  const known = [...balancer.listeners.values()].find((listener) => listener.port === wanted.port);
  if (known !== undefined) {
    const same = known.protocol === wanted.protocol && known.targetGroupArn === wanted.targetGroupArn;
    if (same) return { Listeners: [view(balancer, known)] };
    throw new AwsError('DuplicateListener', `A listener already exists on port ${wanted.port} of '${balancer.arn}'`);
  }
  const name = suffix(region.name, `${balancer.name}:${wanted.port}`);
  const arn = `${balancer.arn.replace(':loadbalancer/', ':listener/')}/${name}`;
  const listener = { arn, ...wanted };
  balancer.listeners.set(arn, listener);
  region.tags.set(arn, readElbTags(input));
  return { Listeners: [view(balancer, listener)] };
}

function findListener({ region }: ElbCall, arn: string) {
  const found = listenersOf(region).find(({ listener }) => listener.arn === arn);
  if (found === undefined) throw new AwsError('ListenerNotFound', `Listener '${arn}' not found`);
  return found;
}

export function describeListeners(call: ElbCall): object {
  const balancerArn = text(call.input, 'LoadBalancerArn');
  const arns = texts(call.input, 'ListenerArns');
  if (balancerArn === undefined && arns.length === 0) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  }
  const balancer = balancerArn === undefined ? undefined : findBalancer(call.region, balancerArn);
  const found = arns.length > 0 ? arns.map((arn) => findListener(call, arn)) : listenersOf(call.region);
  const matching = found.filter((entry) => balancer === undefined || entry.balancer === balancer);
  const { shown, next } = page(call, matching, ({ listener }) => listener.arn);
  return { Listeners: shown.map((entry) => view(entry.balancer, entry.listener)), ...next };
}

export function deleteListener(call: ElbCall): object {
  const { balancer, listener } = findListener(call, text(call.input, 'ListenerArn') ?? '');
  balancer.listeners.delete(listener.arn);
  call.region.tags.delete(listener.arn);
  return {};
}
