import {
  CreateClusterCommand,
  CreateExpressGatewayServiceCommand,
  CreateServiceCommand,
  DeleteExpressGatewayServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
  type CreateServiceCommandInput,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../core/clock.ts';
import { createFaultBook } from '../core/fault-book.ts';
import { createInstantRunner } from '../core/instant-runner.ts';
import { timings } from '../core/timings.ts';
import type { CloudFace, Timings } from '../core/types.ts';
import { startAws } from './index.ts';

const open: CloudFace[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((face) => face.close()));
});

const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

async function setup(speed: Timings = timings.instant) {
  const clock = createManualClock();
  const faults = createFaultBook();
  // The runner waits as long as a real one would; answers are never held back, so that the clock can stand still.
  const workloads = createInstantRunner(clock, faults, speed);
  const tls = { key: '', cert: '', ca: '' };
  const context = { clock, timings: { ...speed, apiLatencyMs: 0 }, faults, workloads, tls };
  const face = await startAws(context, { port: 0 });
  open.push(face);
  const client = (region = 'eu-west-1') =>
    new ECSClient({ region, endpoint: face.endpoints['ecs'] ?? '', credentials, maxAttempts: 1 });
  return { face, clock, faults, workloads, client, ecs: client() };
}

const definition: RegisterTaskDefinitionCommandInput = {
  family: 'shop-web',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'web',
      image: 'shop/web:1',
      portMappings: [{ containerPort: 8080 }],
      environment: [{ name: 'MODE', value: 'live' }],
      healthCheck: { command: ['CMD-SHELL', 'curl -f http://localhost:8080/healthz || exit 1'] },
    },
  ],
};
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } };
const service: CreateServiceCommandInput = {
  cluster: 'shop',
  serviceName: 'web',
  taskDefinition: 'shop-web',
  desiredCount: 2,
  launchType: 'FARGATE',
  networkConfiguration,
  clientToken: 'token-1',
  tags: [{ key: 'generation', value: '1' }],
};

async function withService(speed?: Timings, more: Partial<CreateServiceCommandInput> = {}) {
  const setting = await setup(speed);
  await setting.ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await setting.ecs.send(new RegisterTaskDefinitionCommand(definition));
  const created = await setting.ecs.send(new CreateServiceCommand({ ...service, ...more }));
  const describe = async () => {
    const { services } = await setting.ecs.send(
      new DescribeServicesCommand({ cluster: 'shop', services: ['web'], include: ['TAGS'] }),
    );
    return services?.[0];
  };
  return { ...setting, created: created.service, describe };
}

describe('ECS services', () => {
  it('are created pending, run, reach a steady state, and say so', async () => {
    const { created, describe, clock } = await withService(timings.fast);
    expect(created).toMatchObject({
      serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/web',
      status: 'ACTIVE',
      desiredCount: 2,
      runningCount: 0,
      pendingCount: 2,
      taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:1',
      deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS', desiredCount: 2 }],
    });
    await clock.advance(timings.fast.provisionMs);
    const running = await describe();
    expect(running).toMatchObject({
      runningCount: 2,
      pendingCount: 0,
      deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, failedTasks: 0 }],
      tags: [{ key: 'generation', value: '1' }],
    });
    expect(running?.events?.[0]?.message).toBe('(service web) has reached a steady state.');
    expect(running?.createdAt).toEqual(new Date('2026-01-01T00:00:00Z'));
  });

  it('are updated by a new deployment, the old one beside it until the new one is complete', async () => {
    const { ecs, describe, clock } = await withService(timings.fast);
    await clock.advance(timings.fast.provisionMs);
    await ecs.send(new RegisterTaskDefinitionCommand(definition));
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', taskDefinition: 'shop-web:2' }));
    expect(await describe()).toMatchObject({
      runningCount: 2,
      deployments: [
        { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 0, pendingCount: 2 },
        { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2 },
      ],
    });
    await clock.advance(timings.fast.provisionMs);
    const after = await describe();
    expect(after?.deployments).toHaveLength(1);
    expect(after).toMatchObject({
      taskDefinition: expect.stringMatching(/shop-web:2$/),
      deployments: [{ rolloutState: 'COMPLETED' }],
    });
  });

  it('scale without a new deployment', async () => {
    const { ecs, describe } = await withService();
    const before = await describe();
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', desiredCount: 5 }));
    const scaled = await describe();
    expect(scaled).toMatchObject({ desiredCount: 5, runningCount: 5 });
    expect(scaled?.deployments?.map((item) => item.id)).toEqual(before?.deployments?.map((item) => item.id));
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', desiredCount: 0 }));
    expect(await describe()).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  it('start a new deployment of the same definition when forced', async () => {
    const { ecs, describe } = await withService();
    const before = (await describe())?.deployments?.[0]?.id;
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', forceNewDeployment: true }));
    expect((await describe())?.deployments?.[0]?.id).not.toBe(before);
  });

  it('change their capacity provider strategy only with a forced deployment', async () => {
    const { ecs } = await withService();
    const spot = {
      cluster: 'shop',
      service: 'web',
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    };
    await expect(ecs.send(new UpdateServiceCommand(spot))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('you must force a new deployment') as string,
    });
    await ecs.send(new UpdateServiceCommand({ ...spot, forceNewDeployment: true }));
    // The same strategy again is no change.
    await ecs.send(new UpdateServiceCommand(spot));
  });

  it('configure exactly the volumes that their definition leaves to them', async () => {
    const { ecs } = await withService();
    const volumes = [{ name: 'data', configuredAtLaunch: true }];
    await ecs.send(new RegisterTaskDefinitionCommand({ ...definition, volumes }));
    const update = { cluster: 'shop', service: 'web', taskDefinition: 'shop-web:2' };
    await expect(ecs.send(new UpdateServiceCommand(update))).rejects.toThrow(/must be provided for volume data/);
    const managedEBSVolume = { roleArn: 'arn:aws:iam::123456789012:role/ebs', sizeInGiB: 1 };
    await ecs.send(new UpdateServiceCommand({ ...update, volumeConfigurations: [{ name: 'data', managedEBSVolume }] }));
    // What an update leaves out stays as it was.
    await expect(ecs.send(new UpdateServiceCommand({ ...update, taskDefinition: 'shop-web:1' }))).rejects.toThrow(
      /does not match a configuredAtLaunch volume/,
    );
    await ecs.send(new UpdateServiceCommand({ ...update, taskDefinition: 'shop-web:1', volumeConfigurations: [] }));
  });

  it('drain, then become inactive, and their name is free again', async () => {
    const { ecs, describe, clock, workloads } = await withService(timings.fast);
    await clock.advance(timings.fast.provisionMs);
    const remove = { cluster: 'shop', service: 'web' };
    await expect(ecs.send(new DeleteServiceCommand(remove))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    expect((await ecs.send(new DeleteServiceCommand({ ...remove, force: true }))).service?.status).toBe('DRAINING');
    await expect(ecs.send(new CreateServiceCommand({ ...service, clientToken: 'token-2' }))).rejects.toMatchObject({
      message: 'Unable to Start a service that is still Draining.',
    });
    await clock.advance(timings.fast.deleteMs);
    expect(await describe()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect(workloads.list()).toEqual([]);
    await expect(ecs.send(new UpdateServiceCommand({ ...remove, desiredCount: 1 }))).rejects.toMatchObject({
      name: 'ServiceNotActiveException',
    });
    const again = await ecs.send(new CreateServiceCommand({ ...service, clientToken: 'token-2' }));
    expect(again.service?.status).toBe('ACTIVE');
  });

  it('are created once per client token, and never twice by name', async () => {
    const { ecs, created } = await withService();
    const again = await ecs.send(new CreateServiceCommand(service));
    expect(again.service?.deployments?.[0]?.id).toBe(created?.deployments?.[0]?.id);
    await expect(ecs.send(new CreateServiceCommand({ ...service, clientToken: 'token-2' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });
  });

  it.each<[string, Partial<CreateServiceCommandInput>, string, RegExp]>([
    ['a missing cluster', { cluster: 'nowhere' }, 'ClusterNotFoundException', /Cluster not found/],
    ['a missing definition', { taskDefinition: 'nothing:7' }, 'ClientException', /TaskDefinition not found/],
    ['no network', { networkConfiguration: undefined }, 'InvalidParameterException', /Network Configuration must be/],
    [
      'no subnet',
      { networkConfiguration: { awsvpcConfiguration: { subnets: [] } } },
      'InvalidParameterException',
      /subnets/,
    ],
    ['a bad name', { serviceName: 'no spaces' }, 'InvalidParameterException', /invalid format/],
    ['no count', { desiredCount: undefined }, 'InvalidParameterException', /desiredCount/],
    ['an absurd count', { desiredCount: 9_999 }, 'InvalidParameterException', /between 0 and 5000/],
    [
      'an unknown target group',
      { loadBalancers: [{ targetGroupArn: 'arn:none', containerName: 'web', containerPort: 8080 }] },
      'InvalidParameterException',
      /target group/,
    ],
    ['a reserved tag', { tags: [{ key: 'aws:x', value: '1' }] }, 'InvalidParameterException', /reserved/],
  ])('are refused with %s', async (_, change, ...[name, message]) => {
    const { ecs } = await withService();
    const input = { ...service, serviceName: 'other', clientToken: 'token-3', ...change } as CreateServiceCommandInput;
    await expect(ecs.send(new CreateServiceCommand(input))).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('name what is missing instead of failing a describe', async () => {
    const { ecs } = await withService();
    const answer = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['web', 'gone'] }));
    expect(answer.services).toHaveLength(1);
    expect(answer.failures).toMatchObject([{ arn: expect.stringMatching(/service\/shop\/gone$/), reason: 'MISSING' }]);
    await expect(
      ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'gone', desiredCount: 1 })),
    ).rejects.toMatchObject({ name: 'ServiceNotFoundException' });
  });

  it('are listed page by page, none twice', async () => {
    const { ecs } = await withService();
    for (let index = 0; index < 6; index++) {
      await ecs.send(new CreateServiceCommand({ ...service, serviceName: `s${index}`, clientToken: `c${index}` }));
    }
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(new ListServicesCommand({ cluster: 'shop', maxResults: 3, nextToken }));
      seen.push(...(page.serviceArns ?? []).map((arn) => arn.split('/')[2] ?? ''));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 'web']);
    await expect(ecs.send(new ListServicesCommand({ cluster: 'shop', nextToken: 'made-up' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('live in one region only', async () => {
    const { client, ecs } = await withService();
    const elsewhere = client('us-east-1');
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
    expect((await elsewhere.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
    await expect(
      elsewhere.send(new DescribeServicesCommand({ cluster: 'shop', services: ['web'] })),
    ).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  });
});

describe('ECS task definitions', () => {
  it('count revisions, and a deregistered one cannot be used any more', async () => {
    const { ecs } = await withService();
    const second = await ecs.send(new RegisterTaskDefinitionCommand(definition));
    expect(second.taskDefinition).toMatchObject({
      revision: 2,
      status: 'ACTIVE',
      cpu: '256',
      compatibilities: ['EC2', 'FARGATE'],
    });
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'shop-web:2' }));
    expect((await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'shop-web' }))).taskDefinitionArns).toEqual([
      'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:1',
    ]);
    await expect(
      ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', taskDefinition: 'shop-web:2' })),
    ).rejects.toMatchObject({ name: 'ClientException', message: 'TaskDefinition is inactive' });
  });

  it.each([
    ['256', '4096'],
    ['300', '512'],
    ['4096', '31744'],
    ['large', '512'],
  ])('are refused on Fargate with %s CPU and %s memory', async (cpu, memory) => {
    const { ecs } = await setup();
    await expect(ecs.send(new RegisterTaskDefinitionCommand({ ...definition, cpu, memory }))).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringContaining('No Fargate configuration exists for given values'),
    });
  });

  it('pull from a private registry of AWS with a role only', async () => {
    const { ecs } = await setup();
    const [container] = definition.containerDefinitions ?? [];
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1';
    const own = { ...definition, containerDefinitions: [{ ...container, image }] };
    await expect(ecs.send(new RegisterTaskDefinitionCommand(own))).rejects.toThrow(/execution role ARN.*ECR images/);
    await ecs.send(
      new RegisterTaskDefinitionCommand({ ...own, executionRoleArn: 'arn:aws:iam::123456789012:role/pull' }),
    );
  });

  it('take sizes in words', async () => {
    const { ecs } = await setup();
    const input = { ...definition, cpu: '1 vCPU', memory: '3 GB' };
    expect((await ecs.send(new RegisterTaskDefinitionCommand(input))).taskDefinition?.revision).toBe(1);
  });
});

describe('ECS tasks and tags', () => {
  it('lists and describes the tasks of a service, and what stopped', async () => {
    const { ecs } = await withService();
    const list = async (desiredStatus: 'RUNNING' | 'STOPPED') =>
      (await ecs.send(new ListTasksCommand({ cluster: 'shop', serviceName: 'web', desiredStatus }))).taskArns ?? [];
    const running = await list('RUNNING');
    expect(running).toHaveLength(2);
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: running }));
    expect(tasks?.[0]).toMatchObject({
      lastStatus: 'RUNNING',
      healthStatus: 'HEALTHY',
      group: 'service:web',
      containers: [{ name: 'web', image: 'shop/web:1' }],
    });
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', desiredCount: 1 }));
    const stopped = await list('STOPPED');
    expect(stopped).toHaveLength(1);
    const gone = await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: [...stopped, 'nothing'] }));
    expect(gone.tasks).toMatchObject([{ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' }]);
    expect(gone.failures).toMatchObject([{ reason: 'MISSING' }]);
  });

  it('tags, lists and untags', async () => {
    const { ecs, created, face } = await withService();
    const resourceArn = created?.serviceArn;
    await ecs.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { key: 'generation', value: '2' },
          { key: 'app', value: 'shop' },
        ],
      }),
    );
    await ecs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['app'] }));
    expect((await ecs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { key: 'generation', value: '2' },
    ]);
    expect(face.resources().find((resource) => resource.type === 'ecs:service')).toEqual({
      type: 'ecs:service',
      id: resourceArn,
      region: 'eu-west-1',
      tags: { generation: '2' },
    });
    const missing = 'arn:aws:ecs:eu-west-1:123456789012:service/shop/gone';
    await expect(ecs.send(new ListTagsForResourceCommand({ resourceArn: missing }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('counts services and tasks of a cluster', async () => {
    const { ecs } = await withService();
    const answer = await ecs.send(new DescribeClustersCommand({ clusters: ['shop', 'none'] }));
    expect(answer.clusters).toMatchObject([{ activeServicesCount: 1, runningTasksCount: 2 }]);
    expect(answer.failures).toMatchObject([{ reason: 'MISSING' }]);
  });
});

describe('faults', () => {
  it('throttle and break calls in the words of the service, by operation', async () => {
    const { ecs, faults } = await setup();
    faults.add({ kind: 'throttle', operation: 'ListClusters', times: 1 });
    faults.add({ kind: 'api-error', operation: 'ListClusters', times: 1 });
    const list = () => ecs.send(new ListClustersCommand({}));
    await expect(list()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    await expect(list()).rejects.toMatchObject({ name: 'ServerException', $metadata: { httpStatusCode: 500 } });
    expect((await list()).clusterArns).toEqual([]);
  });

  it('take a region off the network, and only that one', async () => {
    const { client, faults } = await setup();
    faults.add({ kind: 'region-down', cloud: 'aws', region: 'eu-west-1' });
    await expect(client().send(new ListClustersCommand({}))).rejects.toMatchObject({
      message: expect.stringMatching(/hang up|ECONNRESET/),
    });
    expect((await client('us-east-1').send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  });

  it('run capacity dry: accepted, told in the events, placed when there is room again', async () => {
    const { ecs, describe, clock, faults } = await withService(timings.fast);
    await clock.advance(timings.fast.provisionMs);
    const fault = faults.add({ kind: 'capacity', cloud: 'aws', region: 'eu-west-1' });
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', desiredCount: 4 }));
    await clock.advance(5_000);
    const short = await describe();
    expect(short).toMatchObject({ desiredCount: 4, runningCount: 2 });
    expect(short?.events?.[0]?.message).toMatch(
      /^\(service web\) was unable to place a task\. Reason: Capacity is unavailable at this time\./,
    );
    faults.remove(fault.id);
    await clock.advance(5_000);
    expect(await describe()).toMatchObject({ runningCount: 4 });
  });

  it('leave an operation stuck until the fault is taken away', async () => {
    const { ecs, describe, clock, faults } = await withService(timings.fast);
    await clock.advance(timings.fast.provisionMs);
    const fault = faults.add({ kind: 'stuck', resource: 'web' });
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', forceNewDeployment: true }));
    await clock.advance(600_000);
    expect((await describe())?.deployments).toMatchObject([
      { rolloutState: 'IN_PROGRESS' },
      { rolloutState: 'COMPLETED' },
    ]);
    faults.remove(fault.id);
    await clock.advance(10_000);
    expect((await describe())?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  });

  it('trip the circuit breaker on a deployment that stays unhealthy, and roll back', async () => {
    const deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const { ecs, describe, clock, faults } = await withService(timings.fast, { deploymentConfiguration });
    await clock.advance(timings.fast.provisionMs);
    await ecs.send(new RegisterTaskDefinitionCommand(definition));
    const fault = faults.add({ kind: 'unhealthy', resource: 'web' });
    await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web', taskDefinition: 'shop-web:2' }));
    await clock.advance(8_000);
    const failed = await describe();
    expect(failed?.events?.map((event) => event.message).join('\n')).toMatch(
      /deployment failed: tasks failed to start/,
    );
    expect(failed?.taskDefinition).toMatch(/shop-web:1$/);
    faults.remove(fault.id);
    await clock.advance(10_000);
    expect((await describe())?.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  });
});

describe('Express gateway services', () => {
  const roles = { infrastructureRoleArn: 'arn:aws:iam::1:role/infra', executionRoleArn: 'arn:aws:iam::1:role/exec' };
  const primaryContainer = { image: 'shop/web:1', containerPort: 8080, environment: [{ name: 'A', value: 'b' }] };

  const create = {
    ...roles,
    serviceName: 'web',
    primaryContainer,
    healthCheckPath: '/healthz',
    scalingTarget: { minTaskCount: 2 },
  };

  async function withExpress() {
    const setting = await setup(timings.fast);
    const { service: made } = await setting.ecs.send(new CreateExpressGatewayServiceCommand(create));
    const serviceArn = made?.serviceArn ?? '';
    const show = async () => (await setting.ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn }))).service;
    return { ...setting, made, serviceArn, show };
  }

  it('are created in the default cluster with defaults and an entry point', async () => {
    const { made, show, clock } = await withExpress();
    expect(made).toMatchObject({
      cluster: 'default',
      status: { statusCode: 'ACTIVE' },
      currentDeployment: expect.stringContaining(':service-deployment/default/web/'),
      activeConfigurations: [
        {
          cpu: '256',
          memory: '512',
          healthCheckPath: '/healthz',
          scalingTarget: { minTaskCount: 2, maxTaskCount: 20 },
        },
      ],
    });
    await clock.advance(timings.fast.provisionMs);
    const ready = await show();
    expect(ready?.currentDeployment).toBeUndefined();
    expect(ready?.activeConfigurations).toMatchObject([
      { ingressPaths: [{ accessType: 'PUBLIC', endpoint: expect.stringMatching(/^127\.0\.0\.1:\d+$/) }] },
    ]);
  });

  it('are updated to a new configuration, the old one active until the new one runs', async () => {
    const { ecs, clock, serviceArn, show } = await withExpress();
    await clock.advance(timings.fast.provisionMs);
    const change = { serviceArn, primaryContainer: { ...primaryContainer, image: 'shop/web:2' } };
    const updated = await ecs.send(new UpdateExpressGatewayServiceCommand(change));
    expect(updated.service?.targetConfiguration).toMatchObject({
      primaryContainer: { image: 'shop/web:2' },
      healthCheckPath: '/healthz',
    });
    const images = async () => (await show())?.activeConfigurations?.map((item) => item.primaryContainer?.image);
    expect(await images()).toEqual(['shop/web:2', 'shop/web:1']);
    await clock.advance(timings.fast.provisionMs);
    expect(await images()).toEqual(['shop/web:2']);
  });

  it('are scaled and deleted', async () => {
    const { ecs, clock, serviceArn, show } = await withExpress();
    await ecs.send(new UpdateExpressGatewayServiceCommand({ serviceArn, scalingTarget: { minTaskCount: 4 } }));
    await clock.advance(timings.fast.provisionMs);
    const { services } = await ecs.send(new DescribeServicesCommand({ services: ['web'] }));
    expect(services).toMatchObject([{ runningCount: 4, resourceManagementType: 'ECS' }]);
    const gone = await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn }));
    expect(gone.service?.status?.statusCode).toBe('DRAINING');
    await clock.advance(timings.fast.deleteMs);
    expect((await show())?.status?.statusCode).toBe('INACTIVE');
  });

  it('are refused without what they need, and missing ones are not found', async () => {
    const { ecs } = await setup();
    await expect(
      ecs.send(
        new CreateExpressGatewayServiceCommand({
          ...roles,
          serviceName: 'web',
          primaryContainer,
          cpu: '256',
          memory: '8192',
        }),
      ),
    ).rejects.toMatchObject({ name: 'ClientException' });
    await expect(
      ecs.send(new CreateExpressGatewayServiceCommand({ ...roles, serviceName: 'web' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException', message: 'primaryContainer.image is required.' });
    const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/default/none';
    await expect(ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the wire', () => {
  const post = async (headers: Record<string, string>, body = '{}') => {
    const { face } = await setup();
    const response = await fetch(face.endpoints['ecs'] ?? '', { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as { __type: string; message: string } };
  };
  const authorization =
    'AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0';
  const target = 'AmazonEC2ContainerServiceV20141113.ListClusters';

  it.each<[string, Record<string, string>, string, number, string]>([
    ['an unsigned request', {}, '{}', 403, 'MissingAuthenticationTokenException'],
    ['a body that is not JSON', { authorization, 'x-amz-target': target }, '{', 400, 'SerializationException'],
    [
      'a field of the wrong type',
      { authorization, 'x-amz-target': target },
      '{"maxResults":"many"}',
      400,
      'SerializationException',
    ],
    [
      'an unknown operation',
      { authorization, 'x-amz-target': 'X.constructor' },
      '{}',
      400,
      'UnknownOperationException',
    ],
    ['a huge body', { authorization, 'x-amz-target': target }, ' '.repeat(1_100_000), 413, 'RequestEntityTooLarge'],
    [
      'a service it has not',
      { authorization: authorization.replace('/ecs/', '/s3/') },
      '{}',
      404,
      'UnknownOperationException',
    ],
  ])('refuses %s', async (_, headers, ...[body, status, type]) => {
    expect(await post(headers, body)).toMatchObject({ status, body: { __type: type } });
  });
});
