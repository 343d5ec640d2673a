import { standing } from './fault-book.ts';
import type {
  FaultBook,
  ReplicaStatus,
  SandboxClock,
  Timings,
  WorkloadRunner,
  WorkloadSpec,
  WorkloadStatus,
} from './types.ts';

interface Applied {
  readonly spec: WorkloadSpec;
  /** When its replicas are ready, in clock milliseconds. */
  readonly readyAt: number;
}

interface Entry {
  readonly address: string | undefined;
  current: Applied;
  /** The revision that was last ready: it keeps serving while the current one is not. */
  previous: Applied | undefined;
}

/** Addresses look like real ones, but nothing listens there. Freed ones are reused, so that a long run does not use them up. */
export function createAddressPool(from: number) {
  const free: number[] = [];
  let next = from;
  return {
    take: () => `127.0.0.1:${free.pop() ?? next++}`,
    give: (address: string) => free.push(Number(address.slice(address.indexOf(':') + 1))),
  };
}

/**
 * Runs nothing: every replica counts as ready at once. For tests, simulation and the thousand-service benchmark, where real
 * processes would measure the machine instead of the control plane. With a fault book it honours region-down, slow-start and
 * unhealthy the way the process runner does, on the injected clock; with timings, replicas are ready after `provisionMs`.
 */
export function createInstantRunner(clock: SandboxClock, faults?: FaultBook, timings?: Timings): WorkloadRunner {
  const entries = new Map<string, Entry>();
  const pool = createAddressPool(20_000);

  function trouble(applied: Applied): Pick<ReplicaStatus, 'state' | 'reason'> | undefined {
    if (faults !== undefined && standing(faults, 'region-down', applied.spec) !== undefined) {
      return { state: 'failed', reason: 'the region is down' };
    }
    if (clock.now() < applied.readyAt) return { state: 'pending', reason: 'starting' };
    if (faults !== undefined && standing(faults, 'unhealthy', applied.spec) !== undefined) {
      return { state: 'running', reason: 'health check failed: HTTP 503' };
    }
    return undefined;
  }

  function replicasOf(applied: Applied): ReplicaStatus[] {
    const { id, revision, replicas } = applied.spec;
    const condition = trouble(applied) ?? { state: 'ready' as const };
    return Array.from({ length: replicas }, (_, index) => ({
      id: `${id}/${revision}/${index}`,
      revision,
      restarts: 0,
      ...condition,
    }));
  }

  function statusOf(entry: Entry): WorkloadStatus {
    const { spec } = entry.current;
    const replicas = replicasOf(entry.current);
    // Make before break: the old revision stays until the new one is ready, then it is gone for good.
    const waiting = replicas.some((replica) => replica.state !== 'ready');
    if (!waiting) entry.previous = undefined;
    if (entry.previous !== undefined) replicas.push(...replicasOf(entry.previous));
    return {
      id: spec.id,
      desired: spec.replicas,
      ready: replicas.filter((replica) => replica.state === 'ready').length,
      ...(entry.address === undefined ? {} : { address: entry.address }),
      replicas,
    };
  }

  const lastReady = (entry: Entry): Applied | undefined =>
    trouble(entry.current) === undefined ? entry.current : entry.previous;

  function begin(spec: WorkloadSpec, known: Entry | undefined): Entry {
    const delay = (timings?.provisionMs ?? 0) + (faults?.strikes('slow-start', spec)?.ms ?? 0);
    return {
      address: known?.address ?? (spec.port === undefined ? undefined : pool.take()),
      current: { spec, readyAt: clock.now() + delay },
      previous: known === undefined ? undefined : lastReady(known),
    };
  }

  return {
    pretends: true,
    apply(spec) {
      const known = entries.get(spec.id);
      if (known?.current.spec.revision === spec.revision) known.current = { ...known.current, spec };
      const entry = known?.current.spec === spec ? known : begin(spec, known);
      entries.set(spec.id, entry);
      return Promise.resolve(statusOf(entry));
    },
    status(id) {
      const entry = entries.get(id);
      return entry === undefined ? undefined : statusOf(entry);
    },
    remove(id) {
      const address = entries.get(id)?.address;
      if (address !== undefined) pool.give(address);
      entries.delete(id);
      return Promise.resolve();
    },
    list: () => [...entries.values()].map(statusOf),
    close() {
      entries.clear();
      return Promise.resolve();
    },
  };
}
