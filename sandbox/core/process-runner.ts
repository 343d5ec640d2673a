import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Launch, Launcher, Running } from './launcher.ts';
import { readProcessUsage } from './process-usage.ts';
import { createWorkloadEngine, type EngineOptions } from './workload-engine.ts';
import type { ReplicaUsage, RequestCounts, SandboxClock, WorkloadRunner } from './types.ts';

export interface ProcessRunnerOptions extends Omit<EngineOptions, 'launcher'> {
  /** One log file per workload is appended to here; without it the output of workloads is dropped. */
  readonly logDirectory?: string;
}

const program = fileURLToPath(new URL('../workload/server.mjs', import.meta.url));

/** The workload needs no more: dozens of replicas share a laptop's memory. */
const nodeFlags = ['--max-old-space-size=48', '--max-semi-space-size=1', '--v8-pool-size=0'];

function environmentOf({ spec, replicaId }: Launch): NodeJS.ProcessEnv {
  return {
    ...spec.environment,
    // Each replica has its own loopback port, so the container port cannot be taken literally; 0 = any, told over the channel.
    ...(spec.port === undefined ? {} : { PORT: '0' }),
    ...(spec.healthPath === undefined ? {} : { SANDBOX_HEALTH_PATH: spec.healthPath }),
    SANDBOX_SERVICE: spec.resource,
    SANDBOX_CLOUD: spec.cloud,
    SANDBOX_REGION: spec.region,
    SANDBOX_REVISION: spec.revision,
    SANDBOX_REPLICA: replicaId,
  };
}

function spawn(launch: Launch, logDirectory: string | undefined): ChildProcess {
  const log =
    logDirectory === undefined
      ? ('ignore' as const)
      : openSync(join(logDirectory, `${launch.spec.id.replaceAll(/[^\w.-]+/g, '_')}.log`), 'a');
  const child = fork(program, {
    env: environmentOf(launch),
    execArgv: nodeFlags,
    stdio: ['ignore', log, log, 'ipc'],
  });
  if (typeof log === 'number') closeSync(log);
  return child;
}

function control(child: ChildProcess, clock: SandboxClock, port: number | undefined): Running {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    ...(port === undefined ? {} : { port }),
    async stop(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const cancel = clock.after(graceMs, () => child.kill('SIGKILL'));
      child.kill('SIGTERM');
      await ended;
      cancel();
    },
    kill: () => void child.kill('SIGKILL'),
    // A replica that ends at this very moment cannot be told; its exit is reported anyway.
    setUnhealthy: (unhealthy) => void (child.connected && child.send({ unhealthy }, () => {})),
  };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exited with code ${code ?? 'unknown'}` : `killed by ${signal}`;
}

/** The process a replica runs as now. */
interface Launched {
  readonly child: ChildProcess;
  readonly startedAt: number;
  /** As last told. */
  requests?: RequestCounts;
}

interface Told {
  readonly port?: number;
  readonly requests?: RequestCounts;
}

/** A replica tells its port, or that it works, first; from then on what it has counted. */
function listenFor(child: ChildProcess, launched: Launched): void {
  child.on('message', ({ requests }: Told) => {
    if (requests !== undefined) launched.requests = requests;
  });
}

function createProcessLauncher(
  clock: SandboxClock,
  launched: Map<string, Launched>,
  logDirectory: string | undefined,
): Launcher {
  const children = new Set<ChildProcess>();
  if (logDirectory !== undefined) mkdirSync(logDirectory, { recursive: true });
  return {
    launch: (launch) =>
      new Promise((resolve, reject) => {
        const child = spawn(launch, logDirectory);
        children.add(child);
        const startedAt = clock.now();
        let started = false;
        child.once('error', (error) => reject(new Error(`cannot start a workload process: ${error.message}`)));
        child.once('message', (message: Told) => {
          started = true;
          const running: Launched = { child, startedAt };
          launched.set(launch.replicaId, running);
          listenFor(child, running);
          resolve(control(child, clock, message.port));
        });
        child.once('exit', (code, signal) => {
          children.delete(child);
          if (launched.get(launch.replicaId)?.child === child) launched.delete(launch.replicaId);
          const reason = describeExit(code, signal);
          if (started) launch.onExit(reason);
          else reject(new Error(`${reason} before it listened`));
        });
      }),
    close() {
      children.forEach((child) => child.kill('SIGKILL'));
      return Promise.resolve();
    },
  };
}

/** Runs every replica as a Node process of the built-in workload, whatever its image says. */
export function createProcessRunner({ logDirectory, ...engine }: ProcessRunnerOptions): WorkloadRunner {
  const launched = new Map<string, Launched>();
  const launcher = createProcessLauncher(engine.clock, launched, logDirectory);
  const runner = createWorkloadEngine({ ...engine, launcher });

  async function usageOf(replicaId: string): Promise<ReplicaUsage | undefined> {
    const running = launched.get(replicaId);
    if (running?.child.pid === undefined) return undefined;
    const used = await readProcessUsage(running.child.pid);
    const { startedAt, requests } = running;
    return used && { replicaId, startedAt, ...used, ...(requests === undefined ? {} : { requests }) };
  }

  return {
    ...runner,
    async usage(id) {
      const replicas = runner.status(id)?.replicas ?? [];
      return (await Promise.all(replicas.map((replica) => usageOf(replica.id)))).filter((used) => used !== undefined);
    },
  };
}
