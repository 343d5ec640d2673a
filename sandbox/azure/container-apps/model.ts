import type { ArmResource } from '../state.ts';

export const containerAppType = 'Microsoft.App/containerApps';
export const environmentType = 'Microsoft.App/managedEnvironments';

/** Versions this face can answer in full; the properties are those of the newest. */
export const appVersions: readonly string[] = ['2024-03-01', '2025-01-01', '2025-07-01'];

export interface EnvironmentVariable {
  readonly name?: string;
  readonly value?: string;
  readonly secretRef?: string;
}

export interface Probe {
  readonly type?: string;
  readonly httpGet?: { readonly path?: string; readonly port?: number };
  readonly tcpSocket?: { readonly port?: number };
  readonly failureThreshold?: number;
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly timeoutSeconds?: number;
}

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentVariable[];
  readonly resources?: { readonly cpu?: number; readonly memory?: string };
  readonly probes?: readonly Probe[];
}

export interface Template {
  readonly revisionSuffix?: string;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly scale?: {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly rules?: readonly unknown[];
  };
}

export interface Secret {
  readonly name?: string;
  readonly value?: string;
  readonly keyVaultUrl?: string;
  readonly identity?: string;
}

export interface TrafficWeight {
  readonly revisionName?: string;
  readonly weight?: number;
  readonly latestRevision?: boolean;
}

export interface Ingress {
  readonly external?: boolean;
  readonly targetPort?: number;
  readonly transport?: string;
  readonly allowInsecure?: boolean;
  readonly traffic?: readonly TrafficWeight[];
  readonly additionalPortMappings?: readonly unknown[];
}

export interface Configuration {
  readonly secrets?: readonly Secret[];
  readonly activeRevisionsMode?: string;
  readonly ingress?: Ingress;
  readonly maxInactiveRevisions?: number;
}

/** A request body after the shape check: nothing unknown, nothing read-only, no null. */
export interface ContainerAppBody {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly identity?: unknown;
  readonly managedBy?: string;
  readonly kind?: string;
  readonly properties?: {
    readonly managedEnvironmentId?: string;
    readonly environmentId?: string;
    readonly workloadProfileName?: string;
    readonly configuration?: Configuration;
    readonly template?: Template;
  };
}

/** Both names are in use for the same thing. */
export const environmentOf = ({ properties }: ContainerAppBody): string | undefined =>
  properties?.environmentId ?? properties?.managedEnvironmentId;

export interface Revision {
  /** `<app>--<suffix>`. */
  readonly name: string;
  readonly template: Template;
  readonly createdAt: number;
  /** Since when it has had no replicas; absent for the active one. */
  inactiveSince?: number;
  state: 'Provisioning' | 'Provisioned' | 'Failed';
  error?: string;
}

export interface ContainerApp extends ArmResource {
  body: ContainerAppBody;
  /** Oldest first; the last is the latest. */
  revisions: Revision[];
  /** The last revision that was seen ready. */
  latestReady?: string;
  stopped: boolean;
  serial: number;
}

export const isContainerApp = (resource: ArmResource): resource is ContainerApp => resource.type === containerAppType;

export const latestRevision = (app: ContainerApp): Revision | undefined => app.revisions.at(-1);

/** Key of the app's workload in the runner, stable over its life. */
export const workloadId = (app: ArmResource): string =>
  `azure/${app.region}/containerapps/${app.subscription}/${app.group}/${app.name}`.toLowerCase();
