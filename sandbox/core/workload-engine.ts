import { standing } from './fault-book.ts';
import { openFront, type Front } from './front.ts';
import type { Launcher } from './launcher.ts';
import { createReplica, type Replica } from './replica.ts';
import { planReplicas } from './replica-plan.ts';
import type { FaultBook, SandboxClock, Timings, WorkloadRunner, WorkloadSpec, WorkloadStatus } from './types.ts';

export interface EngineOptions {
  readonly clock: SandboxClock;
  readonly timings: Timings;
  readonly faults: FaultBook;
  readonly launcher: Launcher;
}

interface Workload {
  spec: WorkloadSpec;
  front: Front | undefined;
  opening: Promise<Front> | undefined;
  replicas: Replica[];
  /** Before replicas that this version of the spec adds are told to start. */
  delayMs: number;
  removal: Promise<void> | undefined;
}

const begin = (spec: WorkloadSpec): Workload => ({
  spec,
  front: undefined,
  opening: undefined,
  replicas: [],
  delayMs: 0,
  removal: undefined,
});

const stopGraceMs = 10_000;
/** When the whole sandbox ends nobody waits for requests in flight. */
const closeGraceMs = 1_000;

/** Runs workloads on a launcher: replica counts, rolling replacement, one stable front per workload, faults. */
export function createWorkloadEngine({ clock, timings, faults, launcher }: EngineOptions): WorkloadRunner {
  const workloads = new Map<string, Workload>();
  let serial = 0;

  const front = (workload: Workload): Promise<Front> =>
    openFront({
      clock,
      targets: () => workload.replicas.map((replica) => replica.readyPort()).filter((port) => port !== undefined),
      down: () => standing(faults, 'region-down', workload.spec) !== undefined,
      delayMs: () => faults.strikes('latency', workload.spec)?.ms ?? 0,
    });

  function addReplica(workload: Workload): void {
    const { spec, delayMs } = workload;
    const id = `${spec.id}/${spec.revision}/${++serial}`;
    workload.replicas.push(
      createReplica(
        { id, spec, delayMs },
        {
          clock,
          launcher,
          regionDown: () => standing(faults, 'region-down', spec) !== undefined,
          unhealthy: () => standing(faults, 'unhealthy', spec) !== undefined,
          changed: () => reconcile(workload),
        },
      ),
    );
  }

  async function dropReplica(workload: Workload, replica: Replica): Promise<void> {
    await replica.stop(stopGraceMs);
    workload.replicas = workload.replicas.filter((other) => other !== replica);
  }

  function reconcile(workload: Workload): void {
    if (workload.removal !== undefined) return;
    const plan = planReplicas(
      workload.spec,
      workload.replicas.map((replica) => replica.status()),
    );
    for (let added = 0; added < plan.start; added++) addReplica(workload);
    for (const id of plan.stop) {
      const replica = workload.replicas.find((candidate) => candidate.status().id === id);
      if (replica !== undefined) void dropReplica(workload, replica);
    }
  }

  function statusOf({ spec, front, replicas, removal }: Workload): WorkloadStatus {
    const statuses = replicas.map((replica) => replica.status());
    return {
      id: spec.id,
      desired: removal === undefined ? spec.replicas : 0,
      ready: statuses.filter((replica) => replica.state === 'ready').length,
      ...(front === undefined ? {} : { address: front.address }),
      replicas: statuses,
    };
  }

  async function teardown(workload: Workload, graceMs: number): Promise<void> {
    await Promise.all(workload.replicas.map((replica) => replica.stop(graceMs)));
    await workload.front?.close();
    workloads.delete(workload.spec.id);
  }

  /** Marked before the first replica stops: a replica that stops says so, and would otherwise be replaced by one that nobody ends. */
  function end(workload: Workload, graceMs: number): Promise<void> {
    workload.removal ??= Promise.resolve().then(() => teardown(workload, graceMs));
    return workload.removal;
  }

  async function prepare(spec: WorkloadSpec): Promise<Workload> {
    await workloads.get(spec.id)?.removal;
    const workload = workloads.get(spec.id) ?? begin(spec);
    workload.spec = spec;
    workloads.set(spec.id, workload);
    if (spec.port !== undefined) {
      // Two callers at once must share one address.
      workload.opening ??= front(workload);
      workload.front = await workload.opening;
    }
    return workload;
  }

  faults.onChange(() => {
    for (const workload of workloads.values()) {
      if (standing(faults, 'region-down', workload.spec) !== undefined) workload.front?.cut();
      workload.replicas.forEach((replica) => replica.faultsChanged());
    }
  });

  return {
    async apply(spec) {
      const workload = await prepare(spec);
      workload.delayMs = timings.provisionMs + (faults.strikes('slow-start', spec)?.ms ?? 0);
      reconcile(workload);
      return statusOf(workload);
    },
    status(id) {
      const workload = workloads.get(id);
      return workload === undefined ? undefined : statusOf(workload);
    },
    async remove(id) {
      const workload = workloads.get(id);
      if (workload !== undefined) await end(workload, stopGraceMs);
    },
    list: () => [...workloads.values()].map(statusOf),
    async close() {
      await Promise.all([...workloads.values()].map((workload) => end(workload, closeGraceMs)));
      await launcher.close();
    },
  };
}
