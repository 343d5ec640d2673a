import type { WorkloadSpec } from '../../core/types.ts';
import { filled, given } from '../given.ts';
import type { ArmResource } from '../state.ts';

export const containerGroupType = 'Microsoft.ContainerInstance/containerGroups';

/** 2023-05-01 is what the JavaScript SDK sends, 2022-10-01-preview what Debian's `az` does. */
export const groupVersions: readonly string[] = ['2021-10-01', '2022-09-01', '2022-10-01-preview', '2023-05-01'];

export interface Port {
  readonly protocol?: string;
  readonly port: number;
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number };
}

export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly secureValue?: string;
}

export interface Container {
  readonly name: string;
  readonly properties: {
    readonly image: string;
    readonly command?: readonly string[];
    readonly ports?: readonly Port[];
    readonly environmentVariables?: readonly Variable[];
    readonly resources?: {
      readonly requests?: { readonly cpu: number; readonly memoryInGB: number };
      readonly limits?: { readonly cpu?: number; readonly memoryInGB?: number };
    };
    readonly livenessProbe?: Probe;
    readonly readinessProbe?: Probe;
  };
}

export interface ContainerGroupProperties {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly unknown[];
  readonly osType: string;
  readonly restartPolicy?: string;
  readonly sku?: string;
  readonly priority?: string;
  readonly subnetIds?: readonly unknown[];
  readonly ipAddress?: {
    readonly type: string;
    readonly ports: readonly Port[];
    readonly ip?: string;
    readonly dnsNameLabel?: string;
  };
  readonly imageRegistryCredentials?: readonly { readonly server: string; readonly password?: string }[];
  readonly volumes?: readonly { readonly name: string; readonly azureFile?: { readonly storageAccountKey?: string } }[];
}

/** A request body after the shape check. */
export interface ContainerGroupBody {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly zones?: readonly string[];
  readonly identity?: unknown;
  readonly properties: ContainerGroupProperties;
}

export interface ContainerGroup extends ArmResource {
  body: ContainerGroupBody;
  stopped: boolean;
  /** When the containers were last told to start. */
  startedAt: number;
  /** Rises with every accepted PUT: a PUT of a group replaces its containers. */
  serial: number;
}

export const isContainerGroup = (resource: ArmResource): resource is ContainerGroup =>
  resource.type === containerGroupType;

export const workloadId = (group: ArmResource): string =>
  `azure/${group.region}/containergroups/${group.subscription}/${group.group}/${group.name}`.toLowerCase();

/** A container group is one replica: its containers share one host and one address. The first container is the one that runs. */
export function workloadOf(group: ContainerGroup): WorkloadSpec {
  const { containers, ipAddress } = group.body.properties;
  const main = containers[0]?.properties ?? { image: '' };
  const ports = ipAddress?.ports ?? main.ports;
  return {
    id: workloadId(group),
    cloud: 'azure',
    region: group.region,
    resource: group.name,
    revision: `${group.name}-${group.serial}`,
    image: main.image,
    environment: environmentVariables(main.environmentVariables ?? []),
    replicas: group.stopped ? 0 : 1,
    ...given({
      command: filled(main.command ?? []),
      port: ports?.[0]?.port,
      healthPath: healthPathOf(main),
    }),
  };
}

const healthPathOf = ({ readinessProbe, livenessProbe }: Container['properties']): string | undefined =>
  (readinessProbe ?? livenessProbe)?.httpGet?.path;

const environmentVariables = (variables: readonly Variable[]): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value = '', secureValue = value }) => [name, secureValue]));
