import type { Kind, ResourceName } from './names.ts';
import type { RpcStatus } from './status.ts';

/**
 * The parts of Cloud Run's messages that have behaviour here, in canonical proto3 JSON. They have been read against the published
 * protos, so every other published field is kept and given back as it came.
 */
export interface Probe {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
  readonly httpGet?: { readonly path?: string; readonly port?: number };
  readonly tcpSocket?: { readonly port?: number };
  readonly grpc?: { readonly port?: number; readonly service?: string };
}

export interface EnvVar {
  readonly name?: string;
  readonly value?: string;
  readonly valueSource?: { readonly secretKeyRef?: { readonly secret?: string; readonly version?: string } };
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly cpuIdle?: boolean;
    readonly startupCpuBoost?: boolean;
  };
  readonly ports?: readonly { readonly name?: string; readonly containerPort?: number }[];
  readonly volumeMounts?: readonly { readonly name?: string; readonly mountPath?: string }[];
  readonly workingDir?: string;
  readonly livenessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
}

export interface Template {
  readonly revision?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly scaling?: { readonly minInstanceCount?: number; readonly maxInstanceCount?: number };
  readonly timeout?: string;
  readonly serviceAccount?: string;
  readonly containers?: readonly Container[];
  readonly volumes?: readonly { readonly name?: string }[];
  readonly executionEnvironment?: string;
  readonly maxInstanceRequestConcurrency?: number;
  readonly sessionAffinity?: boolean;
}

export interface TrafficTarget {
  readonly type?: string;
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

/** What a user may write of a Service or a WorkerPool. */
export interface Desired {
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly client?: string;
  readonly clientVersion?: string;
  readonly ingress?: string;
  readonly launchStage?: string;
  readonly template?: Template;
  readonly traffic?: readonly TrafficTarget[];
  readonly instanceSplits?: readonly TrafficTarget[];
  readonly scaling?: {
    readonly minInstanceCount?: number;
    readonly maxInstanceCount?: number;
    readonly scalingMode?: string;
    readonly manualInstanceCount?: number;
  };
  readonly invokerIamDisabled?: boolean;
  readonly defaultUriDisabled?: boolean;
}

export type ConditionState = 'CONDITION_PENDING' | 'CONDITION_RECONCILING' | 'CONDITION_FAILED' | 'CONDITION_SUCCEEDED';

export interface Condition {
  readonly type: string;
  readonly state: ConditionState;
  readonly message?: string;
  readonly lastTransitionTime: string;
  readonly severity?: 'ERROR' | 'WARNING' | 'INFO';
  readonly reason?: string;
  readonly revisionReason?: string;
}

/** Labels and annotations in Knative's system namespaces: v1 shows them, v2 has fields instead and hides them. */
export interface KnativeExtras {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly templateLabels: Readonly<Record<string, string>>;
  readonly templateAnnotations: Readonly<Record<string, string>>;
}

export const noExtras: KnativeExtras = { labels: {}, annotations: {}, templateLabels: {}, templateAnnotations: {} };

export interface Revision {
  readonly id: string;
  readonly uid: string;
  readonly generation: number;
  readonly createTime: number;
  readonly template: Template;
  readonly extras: KnativeExtras;
  readonly creator: string;
  conditions: readonly Condition[];
  state: 'deploying' | 'ready' | 'failed';
}

export interface Policy {
  readonly version?: number;
  readonly etag: string;
  readonly bindings?: readonly { readonly role?: string; readonly members?: readonly string[] }[];
}

/** A Service or a WorkerPool. */
export interface Entity {
  readonly ref: ResourceName;
  readonly name: string;
  readonly kind: Kind;
  readonly uid: string;
  /** Order of creation over the whole store: lists go from the newest to the oldest. */
  readonly sequence: number;
  readonly createTime: number;
  updateTime: number;
  deleteTime: number | undefined;
  desired: Desired;
  extras: KnativeExtras;
  generation: number;
  observedGeneration: number;
  revisions: Revision[];
  revisionCount: number;
  latestCreated: string | undefined;
  latestReady: string | undefined;
  conditions: readonly Condition[];
  terminal: Condition;
  uri: string | undefined;
  policy: Policy;
  /** The operation now working on it; another one that starts takes its place. */
  operation: Operation | undefined;
}

export interface Operation {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly project: string;
  readonly sequence: number;
  readonly entity: Entity | undefined;
  /** Message type of metadata and response: `Service`, `WorkerPool` or `Revision`. */
  readonly type: string;
  metadata: object;
  outcome: { readonly response: object } | { readonly error: RpcStatus } | undefined;
}
