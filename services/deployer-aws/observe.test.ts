import type { Deployment, Service, Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { reasonIn } from './evidence.ts';
import { needsTasks, reportOf, type Seen } from './observe.ts';
import { ecsTags, identityTags, toldTags } from './tags.ts';

const key = { application: 'shop', service: 'web', target: 'aws/eu-west-1/fargate', generation: 2 };
const deployment: Deployment = { id: 'ecs-svc/2', status: 'PRIMARY', rolloutState: 'IN_PROGRESS', failedTasks: 0 };
const told = { replicas: 2, definition: 'shop-web:2', planHash: 'abc', seenEvent: 'old' };

const serviceOf = (change: Service = {}, primary: Deployment = {}, events: readonly string[] = []): Service => ({
  serviceName: 'shop-web',
  serviceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/homeostasis/shop-web',
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:2',
  deployments: [{ ...deployment, ...primary }],
  events: [
    ...events.map((message, index) => ({ id: `new-${index}`, message: `(service shop-web) ${message}` })),
    {
      id: 'old',
      message: '(service shop-web) was unable to place a task. Reason: Capacity is unavailable at this time.',
    },
  ],
  tags: ecsTags({ ...identityTags({ ...key, specHash: 'cafecafe' }), ...toldTags(told) }),
  ...change,
});

const done: Deployment = { rolloutState: 'COMPLETED' };
const capacity = 'was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later.';
const quota =
  "was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently.";
const machines =
  'was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.';
const steady = 'has reached a steady state.';

const see = (service: Service, more: Partial<Seen> = {}): Report =>
  reportOf(key, { service, endpoint: 'https://web.example', ...more });
const stoppedBecause = (stoppedReason: string, reason?: string): Task => ({
  startedBy: 'ecs-svc/2',
  stoppedReason,
  containers: reason === undefined ? [] : [{ reason }],
});

describe('a report', () => {
  it('is ready when the rollout is done, every task runs and the address is known', () => {
    expect(see(serviceOf({}, done, [steady]))).toMatchObject({
      ...key,
      phase: 'ready',
      reason: 'Observed',
      replicas: { desired: 2, ready: 2 },
      endpoint: 'https://web.example',
      specHash: 'cafecafe',
    });
  });

  it('waits for the address, which a worker does not have', () => {
    expect(see(serviceOf({}, done), { endpoint: undefined }).phase).toBe('progressing');
    const worker = see(serviceOf({}, done), { endpoint: 'none' });
    expect(worker.phase).toBe('ready');
    expect(worker.endpoint).toBeUndefined();
  });

  it('counts no replica before the rollout is done: tasks that run may not be healthy', () => {
    expect(see(serviceOf())).toMatchObject({ phase: 'progressing', replicas: { desired: 2, ready: 0 } });
  });

  it('of zero replicas is ready', () => {
    const tags = ecsTags({ ...identityTags({ ...key, specHash: 'cafecafe' }), ...toldTags({ ...told, replicas: 0 }) });
    const service = serviceOf({ desiredCount: 0, runningCount: 0, tags }, done);
    expect(see(service, { endpoint: undefined })).toMatchObject({ phase: 'ready', replicas: { desired: 0, ready: 0 } });
  });

  it('tells the generation on the resource, whoever asks', () => {
    const report = reportOf({ ...key, generation: 5 }, { service: serviceOf({}, done), endpoint: 'none' });
    expect(report.generation).toBe(2);
  });

  it.each([
    ['capacity', capacity],
    ['quota', quota],
    ['machines', machines],
  ])('with an event about %s has failed for capacity', (_, event) => {
    expect(see(serviceOf({ runningCount: 0 }, {}, [event]))).toMatchObject({
      phase: 'failed',
      reason: 'CapacityExhausted',
      replicas: { desired: 2, ready: 0 },
    });
  });

  it('is not told by events of the generation before', () => {
    expect(see(serviceOf({ runningCount: 0 }))).toMatchObject({ phase: 'progressing', reason: 'Provisioning' });
  });

  it('forgets trouble that a steady state followed', () => {
    const service = serviceOf({ runningCount: 1 }, done, [steady, capacity]);
    expect(see(service)).toMatchObject({
      phase: 'degraded',
      reason: 'Provisioning',
      replicas: { desired: 2, ready: 1 },
    });
  });

  it('of a service that was steady and lost a task to capacity is degraded, not failed', () => {
    const service = serviceOf({ runningCount: 1 }, done, [capacity, steady]);
    expect(see(service)).toMatchObject({ phase: 'degraded', reason: 'CapacityExhausted' });
  });

  it('of a service that grows past what there is room for has failed', () => {
    expect(see(serviceOf({ runningCount: 1 }, done, [capacity]))).toMatchObject({
      phase: 'failed',
      reason: 'CapacityExhausted',
      replicas: { desired: 2, ready: 1 },
    });
  });

  it.each([
    ['CannotPullContainerError: pull image manifest has been retried 1 time(s)', 'ImagePullFailed'],
    ['ResourceInitializationError: unable to pull secrets: AccessDeniedException: not authorized', 'Unauthorized'],
    ["ResourceInitializationError: Secrets Manager can't find the specified secret.", 'InvalidSpec'],
  ] as const)('of tasks stopped by "%s" has failed: %s', (text, reason) => {
    const service = serviceOf({ runningCount: 0 }, { failedTasks: 1 });
    expect(needsTasks(service)).toBe(true);
    const report = see(service, { stopped: [stoppedBecause(text)] });
    expect(report).toMatchObject({ phase: 'failed', reason });
  });

  it('lets a crash happen twice before it is a loop', () => {
    const stopped = [stoppedBecause('Essential container in task exited', 'OutOfMemoryError: Container killed')];
    const once = see(serviceOf({ runningCount: 1 }, { failedTasks: 1 }), { stopped });
    expect(once).toMatchObject({ phase: 'progressing', reason: 'Provisioning' });
    expect(once.message).toContain('Essential container in task exited; OutOfMemoryError: Container killed');
    const often = see(serviceOf({ runningCount: 1 }, { failedTasks: 3 }), { stopped });
    expect(often).toMatchObject({ phase: 'failed', reason: 'CrashLooping' });
  });

  it('is not told by tasks that ECS stopped on purpose, or that another deployment started', () => {
    const stopped = [
      stoppedBecause('Scaling activity initiated by (deployment ecs-svc/2)'),
      { ...stoppedBecause('CannotPullContainerError'), startedBy: 'ecs-svc/1' },
    ];
    expect(see(serviceOf({ runningCount: 0 }, { failedTasks: 1 }), { stopped }).phase).toBe('progressing');
  });

  it('of a rollout that the circuit breaker gave up has failed, with what is known', () => {
    const failed: Deployment = {
      rolloutState: 'FAILED',
      rolloutStateReason: 'circuit breaker: tasks failed to start.',
    };
    const events = ['(deployment ecs-svc/2) deployment failed: tasks failed to start.'];
    expect(see(serviceOf({ runningCount: 0 }, failed, events))).toMatchObject({
      phase: 'failed',
      reason: 'OperationFailed',
    });
    const unhealthy = ['(task 1) failed container health checks.', ...events];
    expect(see(serviceOf({}, failed, unhealthy))).toMatchObject({ phase: 'failed', reason: 'Unhealthy' });
  });

  it('of a service that ECS rolled back has failed, though everything runs', () => {
    const back = { taskDefinition: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-web:1' };
    const events = [
      steady,
      '(deployment ecs-svc/2) rolling back to shop-web:1.',
      '(deployment ecs-svc/2) deployment failed',
    ];
    const service = serviceOf(back, { ...done, id: 'ecs-svc/3' }, events);
    const report = see(service, { stopped: [stoppedBecause('Essential container in task exited')] });
    expect(report).toMatchObject({ phase: 'failed', reason: 'CrashLooping', replicas: { desired: 2, ready: 0 } });
    expect(report.message).toContain('shop-web:1');
  });

  it('of a ready service whose tasks fail their health check is degraded, until they pass', () => {
    const service = serviceOf({}, done, ['(task 1) failed container health checks.', steady]);
    expect(needsTasks(service)).toBe(true);
    const running: Task[] = [{ healthStatus: 'UNHEALTHY' }, { healthStatus: 'HEALTHY' }];
    expect(see(service, { running })).toMatchObject({
      phase: 'degraded',
      reason: 'Unhealthy',
      replicas: { desired: 2, ready: 1 },
    });
    expect(see(service, { running: [{ healthStatus: 'HEALTHY' }] }).phase).toBe('ready');
  });

  it('of a service on its way out is removing', () => {
    expect(see(serviceOf({ status: 'DRAINING' }))).toMatchObject({ phase: 'removing', reason: 'Removing' });
  });

  it('tells what differs from what was commanded', () => {
    const moved = serviceOf({ desiredCount: 5, runningCount: 5, taskDefinition: 'task-definition/shop-web:9' }, done);
    expect(see(moved).drift).toEqual(['replicas: 5, commanded 2', 'task definition: shop-web:9, commanded shop-web:2']);
    const stripped = serviceOf({ tags: [] }, done);
    expect(see(stripped).drift).toEqual(['tags: generation, specHash, replicas, definition, planHash missing']);
    expect(see(serviceOf({}, done)).drift).toBeUndefined();
  });

  it('carries no task id and no more than a report may', () => {
    const long = `(task ${'a'.repeat(32)}) failed container health checks. ${'x'.repeat(5_000)}`;
    const report = see(serviceOf({}, { rolloutState: 'FAILED' }, [long]));
    expect(report.message).toContain('(task) failed');
    expect(report.message.length).toBeLessThanOrEqual(2000);
  });
});

describe('a cause', () => {
  it.each([
    ['(port 8080) is unhealthy in (target-group arn) due to (reason Health checks failed)', 'Unhealthy'],
    ['Task failed ELB health checks in (target-group arn)', 'Unhealthy'],
    ["ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task", 'Unauthorized'],
    ['is unable to consistently start tasks successfully.', 'CrashLooping'],
    ['has started 2 tasks: (task 1) (task 2).', undefined],
    ['has begun draining connections on 1 tasks.', undefined],
    ['Scaling activity initiated by (deployment ecs-svc/1)', undefined],
    ['Your Spot Task was interrupted.', undefined],
  ] as const)('in "%s" is %s', (text, reason) => expect(reasonIn(text)).toBe(reason));
});
