import { startAws } from '../../sandbox/aws/index.ts';
import { startAzure } from '../../sandbox/azure/index.ts';
import { createCertificates } from '../../sandbox/core/certificates.ts';
import { startControl } from '../../sandbox/core/control.ts';
import { createFaultBook } from '../../sandbox/core/fault-book.ts';
import { timings } from '../../sandbox/core/timings.ts';
import type { SandboxClock, SandboxContext, WorkloadRunner } from '../../sandbox/core/types.ts';
import { startGcp } from '../../sandbox/gcp/index.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** Goes with real time, and can be moved on: what falls due on the way is done in its order, at its time. */
export interface TravelClock extends SandboxClock {
  pass(ms: number): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly work: () => void;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createTravelClock(start: number): TravelClock {
  const began = performance.now();
  let moved = 0;
  const timers = new Map<Timer, NodeJS.Timeout>();
  const now = (): number => start + moved + Math.floor(performance.now() - began);
  const next = (until: number): Timer | undefined =>
    [...timers.keys()].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
  const fire = (timer: Timer): void => {
    clearTimeout(timers.get(timer));
    timers.delete(timer);
    timer.work();
  };
  return {
    now,
    after(ms, work) {
      const timer: Timer = { due: now() + ms, work };
      timers.set(timer, setTimeout(() => fire(timer), ms).unref());
      return () => {
        clearTimeout(timers.get(timer));
        timers.delete(timer);
      };
    },
    async pass(ms) {
      const until = now() + ms;
      for (let timer = next(until); timer !== undefined; timer = next(until)) {
        moved += Math.max(0, timer.due - now());
        fire(timer);
        await settled();
      }
      moved += Math.max(0, until - now());
    },
  };
}

/** What all replicas of a workload need together at a time. */
export interface Work {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** Minutes that a replica of a deployment stood, by day. */
export interface Stood {
  readonly workload: string;
  /** The cloud's own name of the deployment, which has its size. */
  readonly revision: string;
  readonly day: string;
  readonly minutes: number;
}

export interface MeteredRunner extends WorkloadRunner {
  stood(): readonly Stood[];
}

const minuteMs = 60_000;

/**
 * Nothing really runs, but what would is measured as if it did: its replicas share the work there is, and each minute in which one
 * stands is counted, as a cloud counts what it charges for.
 */
export function createMeteredRunner(
  clock: SandboxClock,
  inner: WorkloadRunner,
  workAt: (workload: string, at: number) => Work,
): MeteredRunner {
  const used = new Map<string, { cpuMs: number; readonly startedAt: number; lookedAt: number }>();
  const minutes = new Map<string, number>();
  return {
    ...inner,
    usage(id) {
      const ready = inner.status(id)?.replicas.filter(({ state }) => state === 'ready') ?? [];
      const now = clock.now();
      const { cores, memoryBytes } = workAt(id, now);
      const day = new Date(now - minuteMs / 2).toISOString().slice(0, 10);
      return Promise.resolve(
        ready.map(({ id: replicaId, revision }) => {
          const own = used.get(replicaId) ?? { cpuMs: 0, startedAt: now, lookedAt: now };
          own.cpuMs += (cores / ready.length) * (now - own.lookedAt);
          own.lookedAt = now;
          used.set(replicaId, own);
          const key = JSON.stringify([id, revision, day]);
          minutes.set(key, (minutes.get(key) ?? 0) + 1);
          return { replicaId, startedAt: own.startedAt, cpuMs: own.cpuMs, memoryBytes: memoryBytes / ready.length };
        }),
      );
    },
    stood: () =>
      [...minutes].map(([key, count]) => {
        const [workload = '', revision = '', day = ''] = JSON.parse(key) as string[];
        return { workload, revision, day, minutes: count };
      }),
  };
}

/** Three clouds as `startSandbox` has them, with a clock and a runner of the test. */
export async function startClouds(clock: SandboxClock, runner: WorkloadRunner): Promise<Sandbox> {
  const tls = await createCertificates();
  const faults = createFaultBook();
  const context: SandboxContext = { clock, faults, tls, timings: timings.instant, workloads: runner };
  const faces = {
    aws: await startAws(context, { port: 0 }),
    azure: await startAzure(context, { port: 0 }),
    gcp: await startGcp(context, { port: 0, grpcPort: 0 }),
  };
  const clouds = Object.fromEntries(Object.entries(faces).map(([cloud, { endpoints }]) => [cloud, endpoints]));
  const control = await startControl(
    {
      faults,
      ca: tls.ca,
      endpoints: () => clouds,
      resources: () => Object.fromEntries(Object.entries(faces).map(([cloud, face]) => [cloud, face.resources()])),
      workloads: () => runner.list(),
      reset: () => Promise.reject(new Error('these clouds are closed, not reset')),
    },
    { port: 0 },
  );
  return {
    endpoints: { ...clouds, control: { url: control.url } },
    ca: tls.ca,
    workloads: { kind: 'none', reason: 'nothing really runs' },
    async close() {
      await control.close();
      await Promise.all(Object.values(faces).map((face) => face.close()));
      await runner.close();
    },
  };
}
