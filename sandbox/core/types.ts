/**
 * What the three sandbox clouds share. A cloud face (`sandbox/aws`, `sandbox/azure`, `sandbox/gcp`) speaks its provider's wire
 * protocol and keeps its provider's resources; everything physical — time, faults, running workloads, addresses — is asked of here.
 */
export type CloudName = 'aws' | 'azure' | 'gcp';

/** Time as the sandbox sees it: injected, so that tests drive it by hand. */
export interface SandboxClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `work` once after `ms`; the returned function cancels it. */
  after(ms: number, work: () => void): () => void;
}

/** How long things take, in milliseconds. `instant` is all zeroes; `fast` suits a demonstration; `realistic` is near the real clouds. */
export interface Timings {
  /** Before the first replica is told to start (control plane work, image pull). */
  readonly provisionMs: number;
  /** Between the API accepting a delete and the resource being gone. */
  readonly deleteMs: number;
  /** Added to every API answer. */
  readonly apiLatencyMs: number;
}

/** What goes wrong, where. Omitted fields match everything: `{kind:'region-down', cloud:'aws', region:'eu-west-1'}`. */
export type FaultKind =
  | 'region-down' // API and workloads of the region do not answer at all
  | 'api-error' // API answers 5xx
  | 'throttle' // API answers the provider's throttling error
  | 'capacity' // new capacity is refused with the provider's own code
  | 'slow-start' // workloads take `ms` longer to become ready
  | 'latency' // workloads answer `ms` later
  | 'unhealthy' // workloads answer 503 on their health path
  | 'stuck'; // long-running operations never end

export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly cloud?: CloudName;
  readonly region?: string;
  /** API operation name (`CreateService`), only for the API kinds. */
  readonly operation?: string;
  /** Name of the cloud resource (exact or with one trailing `*`). */
  readonly resource?: string;
  /** Share of calls hit, 0 to 1, default 1; drawn from a seeded generator. */
  readonly rate?: number;
  /** The fault ends by itself after this many hits. */
  readonly times?: number;
  /** Milliseconds, for `slow-start` and `latency`. */
  readonly ms?: number;
}

export interface FaultScope {
  readonly cloud: CloudName;
  readonly region: string;
  readonly operation?: string;
  readonly resource?: string;
}

export interface FaultBook {
  add(fault: Omit<Fault, 'id'>): Fault;
  remove(id: string): boolean;
  clear(): void;
  list(): readonly Fault[];
  /** The first fault of that kind that strikes here and now; consumes one of its `times`. */
  strikes(kind: FaultKind, scope: FaultScope): Fault | undefined;
  /** Called after every add, remove and clear: region-down must reach running workloads. */
  onChange(listener: () => void): void;
}

/** One container group behind one address: what an ECS service, a container app or a Cloud Run service runs. */
export interface WorkloadSpec {
  /** Unique per cloud resource, stable over updates: `aws/eu-west-1/ecs/shop/shop-web`. */
  readonly id: string;
  readonly cloud: CloudName;
  readonly region: string;
  /** The provider's resource name, for faults by resource. */
  readonly resource: string;
  /** Changes when image, command, environment or port change: replicas of another revision are replaced, new before old. */
  readonly revision: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly replicas: number;
  /** Container port; absent for a worker. */
  readonly port?: number;
  /** HTTP health path; absent means "a TCP connection is enough". */
  readonly healthPath?: string;
}

export interface ReplicaStatus {
  readonly id: string;
  readonly revision: string;
  readonly state: 'pending' | 'running' | 'ready' | 'failed' | 'stopping';
  /** `127.0.0.1:port` of this replica, when it has a port. */
  readonly address?: string;
  readonly restarts: number;
  readonly reason?: string;
}

export interface WorkloadStatus {
  readonly id: string;
  readonly desired: number;
  readonly ready: number;
  /** `127.0.0.1:port` of the balanced front, stable over updates; absent for a worker. */
  readonly address?: string;
  readonly replicas: readonly ReplicaStatus[];
}

/** What one running replica uses, measured, never estimated. */
export interface ReplicaUsage {
  readonly replicaId: string;
  /** When its process was launched, in clock milliseconds: a replica that is launched again starts anew. */
  readonly startedAt: number;
  /** CPU time since then, in milliseconds; more than a millisecond per millisecond on several cores. */
  readonly cpuMs: number;
  /** Memory that is resident now. */
  readonly memoryBytes: number;
  /** Absent where nobody counts them: in a real container, or a worker. */
  readonly requests?: RequestCounts;
}

/** Requests a replica has answered since it was launched; those to its health path are nobody's. */
export interface RequestCounts {
  /** By status code. */
  readonly codes: Readonly<Record<string, number>>;
  /** By duration in milliseconds, rounded up to a sixth or so of its size. */
  readonly durations: Readonly<Record<string, number>>;
}

/** Runs workloads: processes, containers or nothing at all (`instant`), behind one balanced loopback address per workload. */
export interface WorkloadRunner {
  /** Set when nothing really runs and nothing listens on the addresses: then nobody else need listen either. */
  readonly pretends?: true;
  /** Creates or changes the workload; returns at once, the work goes on behind. The front's address is reserved before it returns. */
  apply(spec: WorkloadSpec): Promise<WorkloadStatus>;
  status(id: string): WorkloadStatus | undefined;
  /** Of the replicas that can be measured; a runner that can measure none does not have it. Never rejects. */
  usage?(id: string): Promise<readonly ReplicaUsage[]>;
  /** Drains (SIGTERM, then SIGKILL after 10 s), frees the address. */
  remove(id: string): Promise<void>;
  list(): readonly WorkloadStatus[];
  close(): Promise<void>;
}

/** What a cloud face is given. */
export interface SandboxContext {
  readonly clock: SandboxClock;
  readonly timings: Timings;
  readonly faults: FaultBook;
  readonly workloads: WorkloadRunner;
  /** Certificate for 127.0.0.1 and localhost, issued by the sandbox's own CA; for faces whose SDK demands TLS. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
}

/** A running face. */
export interface CloudFace {
  /** Base URLs of what listens, by role (`ecs`, `arm`, `run`, `runGrpc`, …). */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Every resource it holds, for `GET /state` and for tests that look for orphans. */
  resources(): readonly {
    readonly type: string;
    readonly id: string;
    readonly region: string;
    readonly tags: Readonly<Record<string, string>>;
  }[];
  close(): Promise<void>;
}
