import {
  DeleteExpressGatewayServiceCommand,
  DeleteServiceCommand,
  ECSClient,
  TagResourceCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { startAws } from '../../sandbox/aws/index.ts';
import { createManualClock } from '../../sandbox/core/clock.ts';
import { createFaultBook } from '../../sandbox/core/fault-book.ts';
import { createInstantRunner } from '../../sandbox/core/instant-runner.ts';
import type { CloudFace } from '../../sandbox/core/types.ts';
import { createAwsApi, createTarget, type AwsApi } from '../../services/deployer-aws/index.ts';
import { namesOf } from '../../services/deployer-aws/names.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Workload } from '../../shared/contracts/workload.ts';
import type { ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { describeDeployer, type DeployerUnderTest, type Meddling } from './deployer.suite.ts';

const region = 'eu-west-1';
const cluster = 'homeostasis';
const speed = { provisionMs: 10_000, deleteMs: 5_000, apiLatencyMs: 0 };
const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

async function create(
  runtime: 'fargate' | 'ecs-ec2',
): Promise<DeployerUnderTest & { readonly api: AwsApi; readonly face: CloudFace }> {
  const clock = createManualClock();
  const faults = createFaultBook();
  const workloads = createInstantRunner(clock, faults, speed);
  const tls = { key: '', cert: '', ca: '' };
  const face = await startAws({ clock, timings: speed, faults, workloads, tls }, { port: 0 });
  const endpoint = face.endpoints['ecs'] ?? '';
  const settings = {
    regions: [region],
    account: '123456789012',
    cluster,
    defaultNetwork: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    endpoint,
    endpointScheme: 'http' as const,
    maximumAttempts: 1,
  };
  const api = createAwsApi(settings, { credentials });
  const ecs = new ECSClient({ region, endpoint, credentials });
  return {
    api,
    face,
    target: createTarget(api, settings),
    settle: () => clock.advance(4 * speed.provisionMs),
    fault: (fault) => void faults.add({ cloud: 'aws', region, ...fault }),
    clearFaults: () => faults.clear(),
    resources: () => face.resources(),
    groundTypes: ['ecs:cluster'],
    targetId: `aws/${region}/${runtime}`,
    async meddle(key, how) {
      const { express, service } = namesOf(key);
      await meddle(ecs, runtime === 'fargate' ? express : service, how);
    },
    async close() {
      api.close();
      ecs.destroy();
      await face.close();
    },
  };
}

/** With AWS's own verbs, as a person at the console would. */
async function meddle(ecs: ECSClient, service: string, how: Meddling): Promise<void> {
  const serviceArn = `arn:aws:ecs:${region}:123456789012:service/${cluster}/${service}`;
  const isExpress = service.endsWith('-express');
  switch (how.kind) {
    case 'scale': {
      const scalingTarget = { minTaskCount: how.replicas, maxTaskCount: how.replicas };
      if (isExpress) await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn, scalingTarget }));
      else await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: how.replicas }));
      return;
    }
    case 'retag': {
      const tags = [{ key: 'homeostasis:spec-hash', value: how.specHash }];
      await ecs.send(new TagResourceCommand({ resourceArn: serviceArn, tags }));
      return;
    }
    case 'delete':
      if (isExpress) await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
      else await ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
      return;
  }
}

describeDeployer('aws, HTTP behind an Express gateway service', () => create('fargate'));
// A task of any size may be asked for: whether a machine can hold it shows as capacity.
describeDeployer('aws, HTTP behind a network load balancer', () => create('ecs-ec2'), { missing: ['sizes'] });

async function open() {
  const under = await create('fargate');
  onTestFinished(() => under.close());
  const regionApi = under.api.at(region);
  return {
    ...under,
    ...regionApi,
    holds: (type: string) => under.resources().filter((one) => one.type === type).length,
  };
}

const http = { name: 'http', port: 8080, protocol: 'HTTP' } as const;
const grpc = { name: 'grpc', port: 9000, protocol: 'GRPC' } as const;
const workload: Workload = {
  image: 'shop/cache:1',
  replicas: 2,
  cpuMillicores: 1000,
  memoryMib: 2048,
  env: {},
  secrets: [],
  ports: [grpc],
  volumes: [],
  requestDriven: false,
  spot: false,
  hints: {},
};
const commandOf = (generation: number, change: Partial<Workload> = {}): ApplyCommand => ({
  application: 'shop',
  service: 'cache',
  target: `aws/${region}/fargate`,
  generation,
  tier: 'standard',
  workload: { ...workload, ...change },
  specHash: generation.toString(16).padStart(8, '0'),
});
const healthCheck = {
  path: '/healthz',
  port: 8080,
  intervalSeconds: 10,
  timeoutSeconds: 3,
  failureThreshold: 3,
  initialDelaySeconds: 0,
};

describe('a network load balancer', () => {
  it('follows the ports of its service', async () => {
    const { target, settle, holds } = await open();
    await target.apply(commandOf(1));
    await settle();
    const first = await target.observe(commandOf(1));
    expect(first.endpoint).toMatch(/^tcp:/);
    const both = commandOf(2, { ports: [grpc, http] });
    await target.apply(both);
    await settle();
    expect(holds('elbv2:target-group')).toBe(2);
    expect((await target.observe(both)).endpoint).toMatch(/^http:/);
    const other = commandOf(3, { ports: [{ ...grpc, port: 9001 }] });
    await target.apply(other);
    await settle();
    expect([holds('elbv2:load-balancer'), holds('elbv2:listener'), holds('elbv2:target-group')]).toEqual([1, 1, 1]);
    expect(await target.observe(other)).toMatchObject({ phase: 'ready', generation: 3 });
  });

  it('goes when the service loses its last port, and when it moves to Express', async () => {
    const { target, settle, holds } = await open();
    await target.apply(commandOf(1));
    await settle();
    await target.apply(commandOf(2, { ports: [] }));
    await settle();
    expect(await target.observe(commandOf(2))).toMatchObject({ phase: 'ready', generation: 2 });
    expect([holds('elbv2:load-balancer'), holds('elbv2:target-group'), holds('ecs:service')]).toEqual([0, 0, 1]);
    await target.apply(commandOf(3));
    await settle();
    await target.apply(commandOf(4, { ports: [http] }));
    await settle();
    const express = await target.observe(commandOf(4));
    expect(express).toMatchObject({ phase: 'ready', generation: 4 });
    expect([holds('elbv2:load-balancer'), holds('elbv2:target-group'), holds('ecs:service')]).toEqual([0, 0, 1]);
  });

  it('takes another health check in place', async () => {
    const { target, elb, settle } = await open();
    const both = { ports: [grpc, http] };
    await target.apply(commandOf(1, both));
    await settle();
    await target.apply(commandOf(2, { ...both, healthCheck }));
    await settle();
    expect(await target.observe(commandOf(2))).toMatchObject({ phase: 'ready', generation: 2 });
    const name = `${namesOf(commandOf(1)).balancer}-9000`;
    expect(await elb.targetGroup(name)).toMatchObject({ HealthCheckProtocol: 'HTTP', HealthCheckPath: '/healthz' });
  });

  it('says whose it is on every part', async () => {
    const { target, face } = await open();
    await target.apply(commandOf(1, { ports: [grpc, http] }));
    const untagged = face
      .resources()
      .filter(({ type }) => type !== 'ecs:cluster')
      .filter(isUnmarked);
    expect(untagged).toEqual([]);
  });

  it('that stands without its service is found by a sweep, and removed', async () => {
    const { target, ecs, settle, resources } = await open();
    await target.apply(commandOf(1));
    await settle();
    await ecs.deleteService(namesOf(commandOf(1)).service);
    await settle();
    const [stray, ...others] = await target.list(region);
    expect(others).toEqual([]);
    expect(stray).toMatchObject({ application: 'shop', service: 'cache', generation: 1, phase: 'removing' });
    await target.remove(commandOf(1));
    expect(resources().map(({ type }) => type)).toEqual(['ecs:cluster']);
  });

  it('that somebody pointed elsewhere is put right by the next rollout', async () => {
    const { target, elb, settle } = await open();
    await target.apply(commandOf(1));
    await settle();
    const balancer = await elb.balancer(namesOf(commandOf(1)).balancer);
    const [listener] = await elb.listeners(balancer?.LoadBalancerArn ?? '');
    await elb.deleteListener(listener?.ListenerArn ?? '');
    await target.apply(commandOf(2, { image: 'shop/cache:2' }));
    await settle();
    expect(await elb.listeners(balancer?.LoadBalancerArn ?? '')).toMatchObject([{ Port: 9000 }]);
  });
});

describe('a worker that changes what it runs on', () => {
  const data = { name: 'data', mountPath: '/data', sizeGib: 20 };
  const changes: readonly (readonly [string, Partial<Workload>, Partial<Workload>])[] = [
    ['goes to spot', {}, { spot: true }],
    ['comes back from spot', { spot: true }, {}],
    ['gets a volume', {}, { volumes: [data] }],
    ['loses its volume', { volumes: [data] }, {}],
    ['gives its platform version up', { hints: { aws: { platformVersion: '1.4.0' } } }, {}],
  ];
  it.each(changes)('%s', async (_, before, after) => {
    const { target, settle } = await open();
    await target.apply(commandOf(1, { ports: [], ...before }));
    await settle();
    await target.apply(commandOf(2, { ports: [], ...after }));
    await settle();
    const report = await target.observe(commandOf(2));
    expect(report).toMatchObject({ phase: 'ready', generation: 2 });
    expect(report.drift).toBeUndefined();
  });
});

describe('a service that was ready', () => {
  it('is degraded while its tasks fail their health check, and ready when they pass again', async () => {
    const { target, settle, fault, clearFaults } = await open();
    await target.apply(commandOf(1, { ports: [http], healthCheck }));
    await settle();
    expect((await target.observe(commandOf(1))).phase).toBe('ready');
    fault({ kind: 'unhealthy' });
    await target.observe(commandOf(1));
    await settle();
    expect(await target.observe(commandOf(1))).toMatchObject({
      phase: 'degraded',
      reason: 'Unhealthy',
      replicas: { desired: 2, ready: 0 },
    });
    clearFaults();
    await settle();
    expect(await target.observe(commandOf(1))).toMatchObject({ phase: 'ready', replicas: { desired: 2, ready: 2 } });
  });

  it('is put back by the same command when somebody changed its definition', async () => {
    const { target, ecs, settle } = await open();
    await target.apply(commandOf(1, { ports: [] }));
    await settle();
    await target.apply(commandOf(2, { ports: [], image: 'shop/cache:2' }));
    await settle();
    const [older = ''] = await ecs.revisions(namesOf(commandOf(1)).service);
    await ecs.updateService({ cluster, service: namesOf(commandOf(1)).service, taskDefinition: older });
    await settle();
    const drifted = await target.observe(commandOf(2));
    expect(drifted).toMatchObject({ phase: 'ready', drift: [expect.stringContaining('task definition: ')] });
    await target.apply(commandOf(2, { ports: [], image: 'shop/cache:2' }));
    await settle();
    const righted = await target.observe(commandOf(2));
    expect(righted).toMatchObject({ phase: 'ready', generation: 2 });
    expect(righted.drift).toBeUndefined();
  });
});

const isUnmarked = ({ tags }: { readonly tags: Readonly<Record<string, string>> }) =>
  tags['homeostasis:managed-by'] !== 'homeostasis' || tags['homeostasis:generation'] !== '1';

/** The same, with every request that leaves this process written down. */
async function counted() {
  const calls: string[] = [];
  const note = (message: unknown) => {
    const { request } = message as { readonly request: { getHeader(name: string): unknown } };
    calls.push(String(request.getHeader('x-amz-target')));
  };
  subscribe('http.client.request.start', note);
  onTestFinished(() => void unsubscribe('http.client.request.start', note));
  return { ...(await open()), calls };
}

describe('calls to AWS', () => {
  const kinds: readonly (readonly [string, Partial<Workload>, Record<string, number>])[] = [
    ['Express service', { ports: [http] }, { create: 3, same: 2, scale: 3, image: 4, observe: 2, remove: 6 }],
    ['worker', { ports: [] }, { create: 3, same: 1, scale: 3, image: 4, observe: 1, remove: 6 }],
    ['balanced service', {}, { create: 8, same: 2, scale: 3, image: 11, observe: 2, remove: 12 }],
  ];
  it.each(kinds)('for one %s are few', async (_, change, expected) => {
    const { target, settle, calls } = await counted();
    await target.apply(commandOf(1, { ...change, replicas: 1 }));
    await target.remove(commandOf(1));
    await settle();
    calls.splice(0);
    const spent: Record<string, number> = {};
    const spend = async (name: string, act: () => Promise<unknown>) => {
      await act();
      spent[name] = calls.splice(0).length;
      await settle();
      calls.splice(0);
    };
    await spend('create', () => target.apply(commandOf(2, change)));
    await spend('same', () => target.apply(commandOf(2, change)));
    await spend('scale', () => target.apply(commandOf(3, { ...change, replicas: 3 })));
    await spend('image', () => target.apply(commandOf(4, { ...change, image: 'shop/cache:2' })));
    await spend('observe', () => target.observe(commandOf(4)));
    await spend('remove', () => target.remove(commandOf(4)));
    expect(spent).toEqual(expected);
  });
});
