import { createHash } from 'node:crypto';
import { AwsError, validationError } from '../wire/errors.ts';
import { pick, text, texts, whole, type Input } from '../wire/input.ts';
import { accountId } from '../ecs/state.ts';
import { page, readName, type ElbCall } from './call.ts';
import { findBalancer, findGroup, listenersOf, type ElbRegion, type TargetGroup } from './state.ts';
import { readElbTags } from './tags.ts';

const numbers = [
  'Port',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
];
const words = [
  'Protocol',
  'VpcId',
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckPath',
  'TargetType',
  'Matcher',
];

/** A stable suffix where AWS has a random one: the same name gives the same ARN on every run. */
export const suffix = (region: string, name: string) =>
  createHash('sha256').update(`${region}/${name}`).digest('hex').slice(0, 16);

const protocols = ['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP'];

function readProtocol(input: Input): string {
  const protocol = text(input, 'Protocol');
  if (protocol === undefined) throw validationError('A protocol must be specified');
  if (!protocols.includes(protocol)) throw validationError(`'${protocol}' must be one of: ${protocols.join(', ')}`);
  return protocol;
}

function checkPlace(input: Input): void {
  const port = whole(input, 'Port') ?? 0;
  if (port < 1 || port > 65_535) throw validationError('A port between 1 and 65535 must be specified');
  if (text(input, 'VpcId') === undefined) throw validationError('A VPC ID must be specified');
}

function readSettings(input: Input): Record<string, unknown> {
  const given = { ...pick(input, words), ...Object.fromEntries(numbers.map((field) => [field, whole(input, field)])) };
  const protocol = readProtocol(input);
  checkPlace(input);
  const healthProtocol = text(input, 'HealthCheckProtocol') ?? (protocol.startsWith('HTTP') ? protocol : 'TCP');
  const http = healthProtocol.startsWith('HTTP');
  if (!http && text(input, 'HealthCheckPath') !== undefined) {
    throw validationError('Health check path is not supported for a TCP health check');
  }
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    TargetType: 'instance',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: http ? 6 : 10,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    IpAddressType: 'ipv4',
    ...(http ? { HealthCheckPath: '/', Matcher: { HttpCode: '200-399' } } : {}),
    ...present,
    HealthCheckProtocol: healthProtocol,
  };
}

function view(region: ElbRegion, group: TargetGroup): object {
  const using = listenersOf(region).filter(({ listener }) => listener.targetGroupArn === group.arn);
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    ...group.settings,
    LoadBalancerArns: [...new Set(using.map(({ balancer }) => balancer.arn))],
  };
}

export function createTargetGroup({ input, region }: ElbCall): object {
  const name = readName(input);
  const settings = readSettings(input);
  const known = [...region.groups.values()].find((group) => group.name === name);
  // The same again is answered with what stands; the same name with other settings is refused.
  if (known !== undefined && JSON.stringify(known.settings) !== JSON.stringify(settings)) {
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  const arn = `arn:aws:elasticloadbalancing:${region.name}:${accountId}:targetgroup/${name}/${suffix(region.name, name)}`;
  const group = known ?? { arn, name, settings };
  if (known === undefined) {
    region.groups.set(arn, group);
    region.tags.set(arn, readElbTags(input));
  }
  return { TargetGroups: [view(region, group)] };
}

/** What may be changed of a group that stands; the rest is fixed when it is made. */
const changeable = ['HealthCheckProtocol', 'HealthCheckPort', 'HealthCheckPath', 'Matcher'];

export function modifyTargetGroup({ input, region }: ElbCall): object {
  const group = findGroup(region, text(input, 'TargetGroupArn') ?? '');
  const counts = numbers.filter((field) => field !== 'Port').map((field) => [field, whole(input, field)] as const);
  const given = Object.fromEntries(counts.filter(([, value]) => value !== undefined));
  const settings = { ...group.settings, ...pick(input, changeable), ...given };
  const changed = { ...group, settings };
  region.groups.set(group.arn, changed);
  return { TargetGroups: [view(region, changed)] };
}

export function describeTargetGroups(call: ElbCall): object {
  const { input, region } = call;
  const arns = texts(input, 'TargetGroupArns');
  const names = texts(input, 'Names');
  const balancer = text(input, 'LoadBalancerArn');
  let groups = [...region.groups.values()];
  if (arns.length > 0) groups = arns.map((arn) => findGroup(region, arn));
  for (const name of names) {
    if (!groups.some((group) => group.name === name)) {
      throw new AwsError('TargetGroupNotFound', `One or more target groups not found: ${name}`);
    }
  }
  if (names.length > 0) groups = groups.filter((group) => names.includes(group.name));
  if (balancer !== undefined) {
    const listeners = [...findBalancer(region, balancer).listeners.values()];
    groups = groups.filter((group) => listeners.some((listener) => listener.targetGroupArn === group.arn));
  }
  const { shown, next } = page(call, groups, (group) => group.arn);
  return { TargetGroups: shown.map((group) => view(region, group)), ...next };
}

export function deleteTargetGroup({ input, region }: ElbCall): object {
  const arn = text(input, 'TargetGroupArn') ?? '';
  if (listenersOf(region).some(({ listener }) => listener.targetGroupArn === arn)) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  region.groups.delete(arn);
  region.tags.delete(arn);
  return {};
}

const healthStates = {
  ready: 'healthy',
  running: 'unhealthy',
  pending: 'initial',
  failed: 'unhealthy',
  stopping: 'draining',
} as const;

export function describeTargetHealth(call: ElbCall): object {
  const group = findGroup(call.region, text(call.input, 'TargetGroupArn') ?? '');
  const described = call
    .targets(group.arn)
    .filter((replica) => replica.address !== undefined)
    .map((replica) => {
      const [Id, Port] = (replica.address ?? '').split(':');
      const State = healthStates[replica.state];
      const why =
        State === 'healthy'
          ? {}
          : { Reason: 'Target.FailedHealthChecks', Description: replica.reason ?? replica.state };
      return { Target: { Id, Port: Number(Port) }, HealthCheckPort: Port, TargetHealth: { State, ...why } };
    });
  return { TargetHealthDescriptions: described };
}
