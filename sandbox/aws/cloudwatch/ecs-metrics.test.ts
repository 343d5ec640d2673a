import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.ts';
import { createFaultBook } from '../../core/fault-book.ts';
import { createInstantRunner } from '../../core/instant-runner.ts';
import { timings } from '../../core/timings.ts';
import type { CloudFace, ReplicaUsage, WorkloadRunner } from '../../core/types.ts';
import { startAws } from '../index.ts';

const open: CloudFace[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((face) => face.close()));
});

const minute = 60_000;
const start = Date.UTC(2026, 0, 1, 12);
const dimensions = [
  { Name: 'ClusterName', Value: 'shop' },
  { Name: 'ServiceName', Value: 'web' },
];

/** CPU milliseconds and bytes of each replica, as a runner that can measure would tell them. */
type Used = Pick<ReplicaUsage, 'startedAt' | 'cpuMs' | 'memoryBytes'>;

async function setup(used: Used[] | undefined) {
  const clock = createManualClock(start);
  const faults = createFaultBook();
  const instant = createInstantRunner(clock, faults, timings.instant);
  const measuring: WorkloadRunner = {
    ...instant,
    usage: (id) =>
      Promise.resolve(
        (instant.status(id)?.replicas ?? []).flatMap((replica, index) => {
          const measured = used?.[index];
          return measured === undefined ? [] : [{ replicaId: replica.id, ...measured }];
        }),
      ),
  };
  const workloads = used === undefined ? instant : measuring;
  const tls = { key: '', cert: '', ca: '' };
  const face = await startAws({ clock, timings: timings.instant, faults, workloads, tls }, { port: 0 });
  open.push(face);
  const options = {
    region: 'eu-west-1',
    endpoint: face.endpoints['ecs'] ?? '',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
  const ecs = new ECSClient(options);
  const cw = new CloudWatchClient(options);
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: '.5 vCPU',
      memory: '1 GB',
      containerDefinitions: [{ name: 'web', image: 'web:1' }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'web',
      taskDefinition: 'web',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    }),
  );
  const read = async (MetricName: string, Stat = 'Average') => {
    const { MetricDataResults } = await cw.send(
      new GetMetricDataCommand({
        StartTime: new Date(start - 5 * minute),
        EndTime: new Date(start + 300 * minute),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          {
            Id: 'q',
            MetricStat: {
              Metric: { Namespace: 'AWS/ECS', MetricName, Dimensions: dimensions },
              Period: 60,
              Stat,
              Unit: 'Percent',
            },
          },
        ],
      }),
    );
    const [result] = MetricDataResults ?? [];
    return result?.Timestamps?.map((at, index) => [(at.getTime() - start) / minute, result.Values?.[index]]);
  };
  const list = async () => (await cw.send(new ListMetricsCommand({}))).Metrics;
  return { clock, ecs, read, list };
}

describe('AWS/ECS metrics', () => {
  it('tells CPU and memory of the tasks in percent of what they have reserved, minute by minute', async () => {
    const used = [
      { startedAt: start, cpuMs: 3_000, memoryBytes: 2 ** 28 },
      { startedAt: start, cpuMs: 0, memoryBytes: 2 ** 29 },
    ];
    const { clock, read, list } = await setup(used);
    await clock.advance(minute);
    used[0] = { startedAt: start, cpuMs: 18_000, memoryBytes: 2 ** 28 };
    await clock.advance(minute);
    // 3 s of 60 s on half a processor are 10 %, 15 s are 50 %; the other task does nothing.
    expect(await read('CPUUtilization')).toEqual([
      [0, 5],
      [1, 25],
    ]);
    expect(await read('CPUUtilization', 'Maximum')).toEqual([
      [0, 10],
      [1, 50],
    ]);
    expect(await read('MemoryUtilization', 'Minimum')).toEqual([
      [0, 25],
      [1, 25],
    ]);
    expect(await read('MemoryUtilization', 'SampleCount')).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(await list()).toEqual(
      ['CPUUtilization', 'MemoryUtilization'].map((MetricName) => ({
        Namespace: 'AWS/ECS',
        MetricName,
        Dimensions: dimensions,
      })),
    );
  });

  it('starts a relaunched replica anew, and has no datapoint while nothing runs', async () => {
    const used = [{ startedAt: start, cpuMs: 30_000, memoryBytes: 1 }];
    const { clock, ecs, read } = await setup(used);
    await clock.advance(minute);
    used[0] = { startedAt: start + minute + 30_000, cpuMs: 1_500, memoryBytes: 1 };
    await clock.advance(minute);
    await ecs.send(new DeleteServiceCommand({ cluster: 'shop', service: 'web', force: true }));
    await clock.advance(2 * minute);
    expect(await read('CPUUtilization')).toEqual([
      [0, 100],
      [1, 10],
    ]);
  });

  it('invents nothing for a runner that cannot measure', async () => {
    const { clock, read, list } = await setup(undefined);
    await clock.advance(5 * minute);
    expect(await read('CPUUtilization')).toEqual([]);
    expect(await list()).toEqual([]);
  });

  it('keeps three hours', async () => {
    const used = [{ startedAt: start, cpuMs: 600, memoryBytes: 1 }];
    const { clock, read } = await setup(used);
    await clock.advance(240 * minute);
    const points = (await read('MemoryUtilization')) ?? [];
    expect(points).toHaveLength(180);
    expect(points.at(-1)?.[0]).toBe(239);
  });
});
