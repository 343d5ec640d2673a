import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type CreateListenerCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { createFaultBook } from '../core/fault-book.ts';
import { createInstantRunner } from '../core/instant-runner.ts';
import { createProcessRunner } from '../core/process-runner.ts';
import { timings } from '../core/timings.ts';
import { startAws } from './index.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setup(kind: 'instant' | 'process') {
  const faults = createFaultBook();
  const engine = { clock: systemClock, timings: timings.instant, faults };
  const workloads = kind === 'process' ? createProcessRunner(engine) : createInstantRunner(systemClock, faults);
  const face = await startAws({ ...engine, workloads, tls: { key: '', cert: '', ca: '' } }, { port: 0 });
  closers.push(
    () => workloads.close(),
    () => face.close(),
  );
  const endpoint = face.endpoints['ecs'] ?? '';
  const options = {
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    maxAttempts: 1,
  };
  return { face, faults, elb: new ElasticLoadBalancingV2Client(options), ecs: new ECSClient(options) };
}

const subnets = { Subnets: ['subnet-1', 'subnet-2'] };
const group = { Name: 'shop-web', Protocol: 'TCP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' } as const;

async function withBalancer(kind: 'instant' | 'process') {
  const setting = await setup(kind);
  const { elb } = setting;
  const made = await elb.send(new CreateLoadBalancerCommand({ Name: 'shop-web', Type: 'network', ...subnets }));
  const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn;
  const health = { HealthCheckProtocol: 'HTTP', HealthCheckPath: '/healthz' } as const;
  const groups = await elb.send(new CreateTargetGroupCommand({ ...group, ...health }));
  const TargetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn;
  const listen: CreateListenerCommandInput = {
    LoadBalancerArn,
    Protocol: 'TCP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn }],
  };
  return { ...setting, LoadBalancerArn, TargetGroupArn, listen, dnsName: made.LoadBalancers?.[0]?.DNSName };
}

describe('network load balancers', () => {
  it('lead to the running tasks of the service attached to them', async () => {
    const { elb, ecs, listen, TargetGroupArn, LoadBalancerArn, dnsName } = await withBalancer('process');
    await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
    const containerDefinitions = [{ name: 'web', image: 'shop/web:1', portMappings: [{ containerPort: 8080 }] }];
    const definition = { family: 'web', requiresCompatibilities: ['FARGATE' as const], networkMode: 'awsvpc' as const };
    await ecs.send(
      new RegisterTaskDefinitionCommand({ ...definition, cpu: '256', memory: '512', containerDefinitions }),
    );
    const create = new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      loadBalancers: [{ targetGroupArn: TargetGroupArn, containerName: 'web', containerPort: 8080 }],
    });
    await expect(ecs.send(create)).rejects.toMatchObject({
      message: expect.stringContaining('associated load balancer'),
    });
    await elb.send(new CreateListenerCommand(listen));
    await ecs.send(create);
    const health = () => elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    await vi.waitFor(
      async () =>
        expect((await health()).TargetHealthDescriptions).toMatchObject([{ TargetHealth: { State: 'healthy' } }]),
      { timeout: 10_000 },
    );
    const response = await fetch(`http://${dnsName}/cart`, { headers: { connection: 'close' } });
    expect(await response.json()).toMatchObject({ service: 'web', cloud: 'aws', region: 'eu-west-1', path: '/cart' });
    const described = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn ?? ''] }));
    expect(described.LoadBalancers).toMatchObject([{ DNSName: dnsName, State: { Code: 'active' }, Type: 'network' }]);
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', desiredCount: 0 }));
    await vi.waitFor(async () => expect((await health()).TargetHealthDescriptions).toEqual([]), { timeout: 10_000 });
    await expect(fetch(`http://${dnsName}/`)).rejects.toThrow();
  });

  it('are created once by name, refused with other settings, and tagged', async () => {
    const { elb, listen, LoadBalancerArn = '', TargetGroupArn, face } = await withBalancer('instant');
    const again = await elb.send(new CreateLoadBalancerCommand({ Name: 'shop-web', Type: 'network', ...subnets }));
    expect(again.LoadBalancers?.[0]?.LoadBalancerArn).toBe(LoadBalancerArn);
    await expect(
      elb.send(new CreateLoadBalancerCommand({ Name: 'shop-web', Type: 'application', ...subnets })),
    ).rejects.toMatchObject({ name: 'DuplicateLoadBalancerNameException' });
    await expect(elb.send(new CreateTargetGroupCommand({ ...group, Port: 9090 }))).rejects.toMatchObject({
      name: 'DuplicateTargetGroupNameException',
    });
    const { Listeners } = await elb.send(new CreateListenerCommand(listen));
    expect(Listeners).toMatchObject([
      { Port: 80, Protocol: 'TCP', DefaultActions: [{ Type: 'forward', TargetGroupArn }] },
    ]);
    await elb.send(new AddTagsCommand({ ResourceArns: [LoadBalancerArn], Tags: [{ Key: 'app', Value: 'a<b&c' }] }));
    const tags = await elb.send(new DescribeTagsCommand({ ResourceArns: [LoadBalancerArn] }));
    expect(tags.TagDescriptions).toMatchObject([
      { ResourceArn: LoadBalancerArn, Tags: [{ Key: 'app', Value: 'a<b&c' }] },
    ]);
    expect(face.resources().map((resource) => resource.type)).toEqual([
      'elbv2:load-balancer',
      'elbv2:target-group',
      'elbv2:listener',
    ]);
  });

  it('are taken down in the order the real one demands', async () => {
    const { elb, listen, LoadBalancerArn, TargetGroupArn, face } = await withBalancer('instant');
    const { Listeners } = await elb.send(new CreateListenerCommand(listen));
    await expect(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    const groups = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn }));
    expect(groups.TargetGroups).toMatchObject([{ HealthCheckPath: '/healthz', LoadBalancerArns: [LoadBalancerArn] }]);
    await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
    expect((await elb.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners).toEqual([]);
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    expect(face.resources()).toEqual([]);
  });

  it.each([
    ['a load balancer', new DescribeLoadBalancersCommand({ Names: ['none'] }), 'LoadBalancerNotFoundException'],
    ['a target group', new DescribeTargetGroupsCommand({ Names: ['none'] }), 'TargetGroupNotFoundException'],
    ['tags', new DescribeTagsCommand({ ResourceArns: ['arn:x:listener/net/a'] }), 'ListenerNotFoundException'],
  ])('are not found: %s', async (_, command, name) => {
    const { elb } = await setup('instant');
    await expect(elb.send(command as DescribeTagsCommand)).rejects.toMatchObject({ name });
  });

  it('throttle and fail in the words of the Query protocol', async () => {
    const { elb, faults } = await setup('instant');
    const list = () => elb.send(new DescribeLoadBalancersCommand({}));
    faults.add({ kind: 'throttle', times: 1 });
    await expect(list()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    faults.add({ kind: 'api-error', times: 1 });
    await expect(list()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect((await list()).LoadBalancers).toEqual([]);
  });
});
