import type { WorkloadSpec } from './types.ts';

/** One start of one replica. */
export interface Launch {
  readonly spec: WorkloadSpec;
  readonly replicaId: string;
  /** Called once when the replica ends by itself or is killed, with a sentence a person can use. */
  readonly onExit: (reason: string) => void;
}

/** A started replica. It may not be listening yet: probing is not the launcher's business. */
export interface Running {
  /** Loopback port it listens on; absent for a worker. */
  readonly port?: number;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
  /** SIGKILL, now. */
  kill(): void;
  /** Makes it answer 503 on its health path, where the launcher can. */
  setUnhealthy(unhealthy: boolean): void;
}

/** Starts replicas: processes or containers. Rejects with an `Error` whose message is the reason (image cannot be pulled, …). */
export interface Launcher {
  launch(launch: Launch): Promise<Running>;
  /** Frees what is not a replica (engine connection, log files). */
  close(): Promise<void>;
}
