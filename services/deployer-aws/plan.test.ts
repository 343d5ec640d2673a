import { describe, expect, it } from 'vitest';
import type { Workload } from '../../shared/contracts/workload.ts';
import { InvalidSpec, TargetNotFound, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { planDeployment, type Exposure } from './plan.ts';
import { createExpress, createService, updateService, type Standing } from './requests.ts';
import type { AwsSettings } from './settings.ts';

const settings: AwsSettings = {
  regions: ['eu-west-1'],
  account: '123456789012',
  cluster: 'homeostasis',
  networks: { 'eu-west-1': { vpc: 'vpc-1', subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] } },
};
const http = { name: 'http', port: 8080, protocol: 'HTTP' } as const;
const grpc = { name: 'grpc', port: 9000, protocol: 'GRPC' } as const;
const check = { path: '/healthz', port: 8080, intervalSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 };
const healthCheck = { ...check, initialDelaySeconds: 20 };

const workload: Workload = {
  image: 'shop/web:1',
  replicas: 2,
  cpuMillicores: 1000,
  memoryMib: 2048,
  env: { B: '2', A: '1' },
  secrets: [],
  ports: [http],
  volumes: [],
  requestDriven: true,
  spot: false,
  hints: {},
};

const commandOf = (change: Partial<Workload> = {}, target = 'aws/eu-west-1/fargate'): ApplyCommand => ({
  application: 'shop',
  service: 'web',
  target,
  generation: 3,
  tier: 'standard',
  workload: { ...workload, ...change },
  specHash: '0123456789abcdef',
});
const plan = (change: Partial<Workload> = {}, target?: string, own: Partial<AwsSettings> = {}) =>
  planDeployment(commandOf(change, target), { ...settings, ...own });
const containerOf = (change: Partial<Workload>, target?: string, own?: Partial<AwsSettings>) =>
  plan(change, target, own).taskDefinition.containerDefinitions?.[0];

const standing: Standing = {
  definition: 'shop-web:1',
  definitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:1',
  targetGroups: new Map([[8080, 'arn:tg']]),
};

describe('how a service is reached', () => {
  const ec2 = 'aws/eu-west-1/ecs-ec2';
  const cases: readonly [string, Partial<Workload>, string | undefined, Exposure][] = [
    ['one HTTP port on fargate', {}, undefined, 'express'],
    ['a health check on the same port', { healthCheck }, undefined, 'express'],
    ['a health check on another port', { healthCheck: { ...healthCheck, port: 8081 } }, undefined, 'balancer'],
    ['HTTP on container instances', {}, ec2, 'balancer'],
    ['gRPC', { ports: [grpc] }, undefined, 'balancer'],
    ['HTTP and gRPC', { ports: [http, grpc] }, undefined, 'balancer'],
    ['HTTP on spot', { spot: true }, undefined, 'balancer'],
    ['more than 4 vCPU', { cpuMillicores: 8000, memoryMib: 16_384 }, undefined, 'balancer'],
    ['a volume', { volumes: [{ name: 'data', mountPath: '/data' }] }, undefined, 'balancer'],
    ['a platform version', { hints: { aws: { platformVersion: '1.4.0' } } }, undefined, 'balancer'],
    ['no port', { ports: [] }, undefined, 'none'],
    ['no port on container instances', { ports: [] }, ec2, 'none'],
  ];
  it.each(cases)('%s', (_, change, target, exposure) => expect(plan(change, target).exposure).toBe(exposure));
});

describe('the task definition', () => {
  it('has sizes in ECS units, memory on the container, sorted environment and Kubernetes’ command and args', () => {
    const { taskDefinition } = plan({
      cpuMillicores: 250,
      memoryMib: 512,
      command: ['/bin/web'],
      args: ['--port', '80'],
    });
    expect(taskDefinition).toMatchObject({ cpu: '256', memory: '512', requiresCompatibilities: ['FARGATE'] });
    expect(taskDefinition.containerDefinitions).toMatchObject([
      {
        name: 'Main',
        memory: 512,
        entryPoint: ['/bin/web'],
        command: ['--port', '80'],
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        portMappings: [{ name: 'http', containerPort: 8080 }],
      },
    ]);
  });

  it('names secrets by ARN, in the partition of the region, and needs a role to read them', () => {
    const secrets = [
      { env: 'TOKEN', secret: 'shop/token' },
      { env: 'PASSWORD', secret: 'shop/db', key: 'password' },
    ];
    const { taskDefinition } = plan({ secrets });
    expect(taskDefinition.executionRoleArn).toBe('arn:aws:iam::123456789012:role/ecsTaskExecutionRole');
    const prefix = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:';
    expect(taskDefinition.containerDefinitions?.[0]?.secrets).toEqual([
      { name: 'TOKEN', valueFrom: `${prefix}shop/token` },
      { name: 'PASSWORD', valueFrom: `${prefix}shop/db:password::` },
    ]);
    const { account: _, ...nameless } = settings;
    expect(() => planDeployment(commandOf({ secrets }), nameless)).toThrow(/set clouds\.aws\.account/);
  });

  it('pulls from ECR with a role, in every spelling of a registry, and from elsewhere without', () => {
    const roleFor = (image: string) => plan({ image }).taskDefinition.executionRoleArn;
    const role = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
    expect(roleFor('123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1')).toBe(role);
    expect(roleFor('123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/web@sha256:0')).toBe(role);
    expect(roleFor('123456789012.dkr-ecr.eu-west-1.on.aws/web')).toBe(role);
    expect(roleFor('public.ecr.aws/nginx/nginx:1')).toBeUndefined();
    expect(roleFor('ghcr.io/123456789012.dkr.ecr.eu-west-1.amazonaws.com/web')).toBeUndefined();
  });

  it('probes inside the container only where no load balancer does', () => {
    expect(containerOf({ healthCheck })?.healthCheck).toBeUndefined();
    expect(containerOf({ healthCheck, ports: [grpc] })?.healthCheck).toBeUndefined();
    const probe = containerOf({ healthCheck: { ...healthCheck, intervalSeconds: 1 }, ports: [] })?.healthCheck;
    expect(probe).toMatchObject({ interval: 5, timeout: 3, retries: 3, startPeriod: 20 });
    expect(probe?.command?.[1]).toContain("curl -fsS 'http://localhost:8080/healthz'");
  });

  it('lets no health path out of its quotes', () => {
    const path = "/';rm -rf /;'";
    const probe = containerOf({ healthCheck: { ...healthCheck, path }, ports: [] })?.healthCheck;
    expect(probe?.command?.[1]?.match(/'/g)).toHaveLength(4);
  });

  it('sends logs only where a group is configured', () => {
    expect(containerOf({})?.logConfiguration).toBeUndefined();
    expect(containerOf({}, undefined, { logGroup: '/shop' })?.logConfiguration?.options).toMatchObject({
      'awslogs-group': '/shop',
      'awslogs-region': 'eu-west-1',
    });
  });

  it('attaches one volume with a size, and says so when more are wanted', () => {
    const data = { name: 'data', mountPath: '/data', sizeGib: 20 };
    const cache = { name: 'cache', mountPath: '/cache' };
    const planned = plan({ volumes: [data, cache] }, 'aws/eu-west-1/ecs-ec2');
    expect(planned.taskDefinition.volumes).toMatchObject([
      { name: 'data', configuredAtLaunch: true },
      { name: 'cache' },
    ]);
    expect(createService(planned, standing).volumeConfigurations).toMatchObject([
      { name: 'data', managedEBSVolume: { sizeInGiB: 20 } },
    ]);
    expect(() => plan({ volumes: [data, { ...cache, sizeGib: 5 }] })).toThrow(InvalidSpec);
  });
});

describe('requests', () => {
  it('a service takes on-demand Fargate by launch type, spot by capacity provider', () => {
    expect(createService(plan({ ports: [] }), standing)).toMatchObject({
      launchType: 'FARGATE',
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      networkConfiguration: { awsvpcConfiguration: { securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' } },
    });
    const spot = createService(plan({ ports: [], spot: true }), standing);
    expect(spot.launchType).toBeUndefined();
    expect(spot.capacityProviderStrategy).toEqual([{ capacityProvider: 'FARGATE_SPOT', weight: 1 }]);
    // ECS changes a strategy only when a deployment is forced.
    expect(updateService(plan({ ports: [] }), standing)).toMatchObject({
      capacityProviderStrategy: [],
      forceNewDeployment: true,
    });
  });

  it('an update says what the service has no longer, because what is left out stays', () => {
    expect(updateService(plan({ ports: [] }), standing)).toMatchObject({
      platformVersion: 'LATEST',
      volumeConfigurations: [],
    });
    const hints = { aws: { platformVersion: '1.4.0' } };
    expect(updateService(plan({ ports: [], hints }), standing).platformVersion).toBe('1.4.0');
    const instances = updateService(plan({ ports: [] }, 'aws/eu-west-1/ecs-ec2'), standing);
    expect(instances.platformVersion).toBeUndefined();
  });

  it('gives a service that names no health check time to listen', () => {
    expect(createService(plan({ ports: [grpc] }), standing).healthCheckGracePeriodSeconds).toBe(60);
    expect(createService(plan({ ports: [grpc], healthCheck }), standing).healthCheckGracePeriodSeconds).toBe(20);
    expect(createService(plan({ ports: [] }), standing).healthCheckGracePeriodSeconds).toBeUndefined();
  });

  it('puts balancers in public subnets and their tasks in private ones', () => {
    const network = { subnets: ['private-1'], publicSubnets: ['public-1', 'public-2'], securityGroups: ['sg-1'] };
    const own = { networks: { 'eu-west-1': network } };
    const routed = plan({ ports: [grpc] }, undefined, own);
    expect(routed.balancer?.subnets).toEqual(['public-1', 'public-2']);
    const { subnets } = createService(routed, standing).networkConfiguration?.awsvpcConfiguration ?? {};
    expect(subnets).toEqual(['private-1']);
    // Express has one list for both: private subnets would make an internal address of it.
    expect(createExpress(plan({}, undefined, own), standing).networkConfiguration?.subnets).toEqual([
      'public-1',
      'public-2',
    ]);
  });

  it('container instances give no public address, and may have a capacity provider', () => {
    const planned = plan({}, 'aws/eu-west-1/ecs-ec2', { ec2CapacityProvider: 'machines' });
    const request = createService(planned, standing);
    expect(request.networkConfiguration?.awsvpcConfiguration?.assignPublicIp).toBeUndefined();
    expect(request.capacityProviderStrategy).toEqual([{ capacityProvider: 'machines', weight: 1 }]);
  });

  it('the client token is the same for the same command, another after a removal, and short enough', () => {
    const planned = plan({ ports: [] });
    const token = createService(planned, standing).clientToken;
    expect(createService(planned, standing).clientToken).toBe(token);
    expect(createService(planned, { ...standing, predecessor: 1 }).clientToken).not.toBe(token);
    expect(token?.length).toBeLessThanOrEqual(36);
  });

  it('an Express service keeps its replicas at the commanded number', () => {
    expect(createExpress(plan({ healthCheck }), standing)).toMatchObject({
      healthCheckPath: '/healthz',
      scalingTarget: { minTaskCount: 2, maxTaskCount: 2 },
      infrastructureRoleArn: 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
      networkConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] },
    });
    expect(createExpress(plan(), standing).healthCheckPath).toBe('/');
  });

  it('every service says whose it is and what it was told', () => {
    const tags = Object.fromEntries(
      (createService(plan({ ports: [] }), standing).tags ?? []).map(({ key, value }) => [key, value]),
    );
    expect(tags).toMatchObject({
      'homeostasis:managed-by': 'homeostasis',
      'homeostasis:application': 'shop',
      'homeostasis:service': 'web',
      'homeostasis:target': 'aws/eu-west-1/fargate',
      'homeostasis:generation': '3',
      'homeostasis:spec-hash': '0123456789abcdef',
      'homeostasis:replicas': '2',
      'homeostasis:task-definition': 'shop-web:1',
    });
  });
});

describe('a balancer', () => {
  it('checks health as the spec says, within what ELBv2 takes', () => {
    const { balancer } = plan({ healthCheck: { ...healthCheck, intervalSeconds: 1, timeoutSeconds: 60, port: 8081 } });
    expect(balancer?.ports[0]?.check).toMatchObject({
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: '8081',
      HealthCheckPath: '/healthz',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 4,
    });
  });

  it('is known by its HTTP port, else by its first', () => {
    expect(plan({ ports: [grpc, http] }).balancer).toMatchObject({ scheme: 'http', port: 8080 });
    expect(plan({ ports: [grpc] }).balancer).toMatchObject({ scheme: 'tcp', port: 9000 });
  });

  it('takes at most five ports', () => {
    const ports = Array.from({ length: 6 }, (_, index) => ({
      name: `p${index}`,
      port: 9000 + index,
      protocol: 'TCP' as const,
    }));
    expect(() => plan({ ports })).toThrow(/6 ports are given; ECS puts at most 5/);
  });
});

describe('the plan hash', () => {
  const hash = plan().hash;
  it('does not change with generation, spec hash or replicas', () => {
    expect(plan({ replicas: 7 }).hash).toBe(hash);
    expect(planDeployment({ ...commandOf(), generation: 9, specHash: 'ffffffff' }, settings).hash).toBe(hash);
  });
  const changes: readonly Partial<Workload>[] = [
    { image: 'shop/web:2' },
    { env: {} },
    { cpuMillicores: 500 },
    { healthCheck },
    { spot: true },
    { ports: [{ ...http, port: 80 }] },
    { hints: { aws: { taskRoleArn: 'arn:role' } } },
  ];
  it.each(changes)('changes with %j', (change) => expect(plan(change).hash).not.toBe(hash));
});

describe('ground that is not there', () => {
  it.each(['aws/us-east-1/fargate', 'aws/eu-west-1/lambda', 'gcp/eu-west-1/fargate'])('%s', (target) =>
    expect(() => plan({}, target)).toThrow(TargetNotFound),
  );
  it('a region without a network runs Express services only', () => {
    const own = { networks: {} };
    expect(plan({}, undefined, own).network).toBeUndefined();
    expect(() => plan({ ports: [] }, undefined, own)).toThrow(/clouds\.aws\.networks\.eu-west-1/);
  });
});
