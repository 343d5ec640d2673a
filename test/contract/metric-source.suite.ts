import { Compile } from 'typebox/compile';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInstantRunner } from '../../sandbox/core/instant-runner.ts';
import type { FaultBook, ReplicaUsage, SandboxClock, Timings, WorkloadRunner } from '../../sandbox/core/types.ts';
import { MetricSeries, metricNames, type MetricName } from '../../shared/contracts/metrics-collected.ts';
import type { Workload } from '../../shared/contracts/workload.ts';
import { CloudUnreachable, Throttled, type CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { MetricSource } from '../../shared/ports/metric-source.ts';
import type { SuiteFault } from './deployer.suite.ts';

/** What every replica does in every minute. */
export const load = { cores: 0.25, memoryBytes: 512 * 2 ** 20, requests: 100, errors: 7 };

/** A runner that measures: each replica does the same in every minute, from when the workload was first looked at. */
export function measuring(
  clock: SandboxClock,
  faults: FaultBook,
  timings: Timings,
  does: { readonly requests: boolean },
): WorkloadRunner {
  const instant = createInstantRunner(clock, faults, timings);
  const began = new Map<string, number>();
  return {
    ...instant,
    usage(id) {
      const start = began.get(id) ?? clock.now();
      began.set(id, start);
      const minutes = Math.floor((clock.now() - start) / 60_000);
      const replicas = (instant.status(id)?.replicas ?? []).filter(({ state }) => state === 'ready');
      return Promise.resolve(
        replicas.map(({ id: replicaId }) => usedIn(minutes, { replicaId, startedAt: start }, does)),
      );
    },
  };
}

function usedIn(
  minutes: number,
  of: Pick<ReplicaUsage, 'replicaId' | 'startedAt'>,
  does: { readonly requests: boolean },
): ReplicaUsage {
  const { cores, memoryBytes, requests, errors } = load;
  const codes = { '200': minutes * (requests - errors), '503': minutes * errors };
  // 90 of 100 answers take 20 ms, the others 500 ms.
  const durations = { '20': minutes * 90, '500': minutes * 10 };
  return {
    ...of,
    cpuMs: minutes * 60_000 * cores,
    memoryBytes,
    ...(does.requests ? { requests: { codes, durations } } : {}),
  };
}

export interface MetricSourceUnderTest {
  readonly target: CloudTarget;
  readonly metrics: MetricSource;
  /** Sandbox time, milliseconds since the epoch; and moving it. */
  now(): number;
  advance(ms: number): Promise<void>;
  fault(fault: SuiteFault): void;
  readonly region: string;
  readonly targetId: string;
  readonly workerTargetId?: string;
  /** What this cloud says of a service that answers requests. */
  readonly says: readonly MetricName[];
  /** What it says of a worker. */
  readonly saysOfWorkers: readonly MetricName[];
  close(): Promise<void>;
}

const series = Compile(MetricSeries);
const minute = 60_000;

const workload: Workload = {
  image: 'ghcr.io/example/shop-web:1',
  replicas: 2,
  cpuMillicores: 1000,
  memoryMib: 2048,
  env: {},
  secrets: [],
  ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
  volumes: [],
  requestDriven: false,
  spot: false,
  hints: {},
};
const worker: Workload = { ...workload, ports: [] };

/** Two replicas of one core and 2 GiB each. */
const expected: Readonly<Record<MetricName, number>> = {
  'http.server.request.count': 200,
  'http.server.request.error.count': 14,
  'http.server.request.duration.p50': 0.02,
  'http.server.request.duration.p95': 0.5,
  'http.server.request.duration.p99': 0.5,
  'container.cpu.utilization': 0.25,
  'container.memory.utilization': 0.25,
  'container.memory.usage': load.memoryBytes,
  'deployment.replicas': 2,
};

export function describeMetricSource(name: string, create: () => Promise<MetricSourceUnderTest>): void {
  describe(`metrics of ${name}`, () => {
    let under: MetricSourceUnderTest;
    beforeEach(async () => {
      under = await create();
    });
    afterEach(() => under.close());

    const apply = (service: string, of: Workload, target: string): Promise<unknown> =>
      under.target.apply({
        application: 'shop',
        service,
        target,
        tier: 'standard',
        generation: 1,
        specHash: '0123456789abcdef',
        workload: of,
      });

    /** Until the clock stands a little after a whole minute, and so many further minutes have passed. */
    async function pass(minutes: number): Promise<void> {
      await under.advance(minute - (under.now() % minute) + minutes * minute + 1);
    }

    async function collect(services: readonly (readonly [service: string, target: string])[], minutes = 10) {
      const to = Math.floor(under.now() / minute) * 60;
      const deployments = services.map(([service, target]) => ({ application: 'shop', service, target }));
      const found = await under.metrics.collect({ region: under.region, deployments, from: to - minutes * 60, to });
      for (const each of found) expect([...series.Errors(each)], JSON.stringify(each)).toEqual([]);
      return found.filter(({ points }) => points.length > 0);
    }

    it('says in our names and units what the replicas of a service did, minute by minute', async () => {
      await apply('web', workload, under.targetId);
      await under.advance(60_000);
      await pass(6);
      const found = await collect([['web', under.targetId]]);
      expect(found.map(({ metric }) => metric).sort()).toEqual([...under.says].sort());
      for (const { metric, points } of found) {
        const newest = points.at(-1);
        expect(newest?.[1], metric).toBeCloseTo(expected[metric], 6);
        expect(
          points.every(([at], index) => at % 60 === 0 && (index === 0 || at > (points[index - 1]?.[0] ?? 0))),
          metric,
        ).toBe(true);
        expect(points.length, `${metric} has the minutes it was measured in, and no others`).toBeLessThan(10);
        expect(points.length, metric).toBeGreaterThanOrEqual(4);
      }
    });

    it('says of a worker what it uses, and nothing of requests', async () => {
      const target = under.workerTargetId ?? under.targetId;
      await apply('mailer', worker, target);
      await under.advance(60_000);
      await pass(4);
      const found = await collect([['mailer', target]]);
      expect(found.map(({ metric }) => metric).sort()).toEqual([...under.saysOfWorkers].sort());
      for (const { metric, points } of found) expect(points.at(-1)?.[1], metric).toBeCloseTo(expected[metric], 6);
    });

    it('says nothing of what does not stand, and nothing of time before it stood', async () => {
      expect(await collect([['ghost', under.targetId]])).toEqual([]);
      await apply('web', workload, under.targetId);
      expect(
        await collect([
          ['web', under.targetId],
          ['ghost', under.targetId],
        ]),
      ).toEqual([]);
    });

    it('tells deployments of one region apart', async () => {
      const names = Array.from({ length: 7 }, (_, index) => `web-${index}`);
      for (const service of names) await apply(service, workload, under.targetId);
      await under.advance(60_000);
      await pass(3);
      const found = await collect(names.map((service) => [service, under.targetId] as const));
      const replicas = found.filter(({ metric }) => metric === 'deployment.replicas');
      expect(replicas.map(({ service }) => service).sort()).toEqual(names);
      expect(new Set(found.map(({ metric }) => metric))).toEqual(
        new Set(metricNames.filter((metric) => under.says.includes(metric))),
      );
    });

    it.each([
      ['throttle', Throttled],
      ['region-down', CloudUnreachable],
      ['api-error', CloudUnreachable],
    ] as const)('%s is said by its name', async (kind, error) => {
      await apply('web', workload, under.targetId);
      await under.advance(60_000);
      under.fault({ kind });
      await expect(collect([['web', under.targetId]])).rejects.toBeInstanceOf(error);
    });
  });
}
