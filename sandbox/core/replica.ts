import type { Launcher, Running } from './launcher.ts';
import { probe } from './probe.ts';
import type { ReplicaStatus, SandboxClock, WorkloadSpec } from './types.ts';

/** What a replica asks of its surroundings. */
export interface ReplicaHost {
  readonly clock: SandboxClock;
  readonly launcher: Launcher;
  regionDown(): boolean;
  unhealthy(): boolean;
  /** The state changed: the workload may now stop old replicas or start missing ones. */
  changed(): void;
}

export interface Replica {
  readonly revision: string;
  status(): ReplicaStatus;
  /** Loopback port, while ready. */
  readyPort(): number | undefined;
  /** Drains and ends it for good. */
  stop(graceMs: number): Promise<void>;
  /** Region-down and unhealthy may have come or gone. */
  faultsChanged(): void;
}

const firstProbeMs = 25;
const slowestProbeMs = 1_000;
/** So many failed probes in a row make a ready replica not ready: one lost answer is no outage. */
const failureThreshold = 3;
const backoffMs = (restarts: number) => Math.min(30_000, 500 * 2 ** Math.min(restarts, 10));

export interface ReplicaStart {
  readonly id: string;
  readonly spec: WorkloadSpec;
  /** Before the first launch. */
  readonly delayMs: number;
}

export function createReplica({ id, spec, delayMs }: ReplicaStart, host: ReplicaHost): Replica {
  let state: ReplicaStatus['state'] = 'pending';
  let reason: string | undefined;
  let restarts = 0;
  let failures = 0;
  let running: Running | undefined;
  // Counts launches: an answer that belongs to an earlier launch (a late exit, a slow probe) must not touch this one.
  let epoch = 0;
  let cancel = () => {};

  function become(next: ReplicaStatus['state'], why?: string): void {
    const same = state === next && reason === why;
    state = next;
    reason = why;
    if (!same) host.changed();
  }

  function later(ms: number, work: () => Promise<void> | void): void {
    cancel();
    cancel = host.clock.after(ms, () => void work());
  }

  function ended(launch: number, why: string): void {
    if (launch !== epoch || state === 'stopping') return;
    epoch++;
    running = undefined;
    become('failed', why);
    later(backoffMs(restarts++), start);
  }

  async function start(): Promise<void> {
    if (host.regionDown()) return become('failed', `region ${spec.region} is down`);
    const launch = ++epoch;
    failures = 0;
    become('pending', 'starting');
    try {
      const started = await host.launcher.launch({ spec, replicaId: id, onExit: (why) => ended(launch, why) });
      if (launch !== epoch) return started.kill();
      running = started;
      if (host.unhealthy()) started.setUnhealthy(true);
      become('running');
      await check(launch, firstProbeMs);
    } catch (error) {
      ended(launch, error instanceof Error ? error.message : String(error));
    }
  }

  async function findTrouble(): Promise<string | undefined> {
    const port = running?.port;
    // A worker has nothing to ask: it is well while it runs.
    if (port === undefined) return undefined;
    return (await probe(port, spec.healthPath)) ?? (host.unhealthy() ? 'HTTP 503 (fault)' : undefined);
  }

  function judge(trouble: string | undefined): void {
    failures = trouble === undefined ? 0 : failures + 1;
    if (trouble === undefined) become('ready');
    else if (state !== 'ready' || failures >= failureThreshold) become('running', `health check failed: ${trouble}`);
  }

  async function check(launch: number, intervalMs: number): Promise<void> {
    const trouble = await findTrouble();
    if (launch !== epoch) return;
    judge(trouble);
    const next = state === 'ready' ? slowestProbeMs : Math.min(slowestProbeMs, intervalMs * 2);
    later(next, () => check(launch, next));
  }

  function faultsChanged(): void {
    if (state === 'stopping') return;
    running?.setUnhealthy(host.unhealthy());
    if (host.regionDown()) {
      epoch++;
      cancel();
      running?.kill();
      running = undefined;
      become('failed', `region ${spec.region} is down`);
    } else if (state === 'failed' && reason?.endsWith('is down') === true) {
      later(0, start);
    }
  }

  later(delayMs, start);
  return {
    revision: spec.revision,
    readyPort: () => (state === 'ready' ? running?.port : undefined),
    status: () => ({
      id,
      revision: spec.revision,
      state,
      restarts,
      ...(running?.port === undefined ? {} : { address: `127.0.0.1:${running.port}` }),
      ...(reason === undefined ? {} : { reason }),
    }),
    async stop(graceMs) {
      epoch++;
      cancel();
      become('stopping');
      await running?.stop(graceMs);
    },
    faultsChanged,
  };
}
