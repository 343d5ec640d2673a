import type { ContainerApp, Container, Ingress, Template, Volume as AppVolume } from '@azure/arm-appcontainers';
import type { Workload } from '../../shared/contracts/workload.ts';
import { parseTarget } from '../../shared/domain/target.ts';
import { InvalidSpec, type ApplyCommand } from '../../shared/ports/cloud-target.ts';
import { resourceName } from './names.ts';
import { appProbes } from './plan-probes.ts';
import { privateRegistry } from './plan-registry.ts';
import { planSecrets, type AppSecrets } from './plan-secrets.ts';
import { environmentOf, type AzureSettings } from './settings.ts';
import { appShape } from './app-shape.ts';
import { toTags } from './tags.ts';

/** One container app: the whole deployment, replicas and address included. */
export interface AppPlan {
  readonly kind: 'app';
  readonly name: string;
  readonly region: string;
  readonly body: ContainerApp;
}

export const containerName = 'main';

/** Without a wish every app runs in the profile that bills by use. */
const defaultProfile = 'Consumption';

export function planApp(command: ApplyCommand, settings: AzureSettings): AppPlan {
  const { workload, target } = command;
  const { region } = parseTarget(target);
  const name = resourceName(command);
  const secrets = planSecrets(workload, settings, target);
  const body: ContainerApp = {
    location: region,
    environmentId: environmentOf(settings, region).id,
    workloadProfileName: workload.hints.azure?.workloadProfile ?? defaultProfile,
    configuration: {
      // One revision takes the place of the other when it is ready, by the service's own hand.
      activeRevisionsMode: 'Single',
      ...ingressOf(command, settings),
      ...(secrets.list.length === 0 ? {} : { secrets: [...secrets.list] }),
      ...registriesOf(command, settings),
    },
    template: templateOf(command, secrets),
    ...identityOf(workload, settings),
  };
  const { application, service, generation, specHash } = command;
  const marks = { application, service, target, generation, specHash, replicas: workload.replicas };
  return { kind: 'app', name, region, body: { ...body, tags: toTags({ ...marks, shape: appShape(body) }) } };
}

function templateOf({ workload, target }: ApplyCommand, secrets: AppSecrets): Template {
  return {
    containers: [containerOf(workload, secrets)],
    scale: scaleOf(workload.replicas),
    ...(workload.volumes.length === 0 ? {} : { volumes: workload.volumes.map((volume) => emptyDir(volume, target)) }),
  };
}

/**
 * The command says how many replicas run, so nothing scales by itself, request-driven or not: what is Ready is then a number, and
 * a spread over clouds holds when one of them is lost. At zero the app has no ingress either, for that is what would wake it.
 */
const scaleOf = (replicas: number) => ({ minReplicas: replicas, maxReplicas: Math.max(1, replicas) });

function containerOf(workload: Workload, secrets: AppSecrets): Container {
  const { image, command, args, volumes } = workload;
  const mounts = volumes.map(({ name, mountPath }) => ({ volumeName: name, mountPath }));
  const probes = appProbes(workload.healthCheck);
  return {
    name: containerName,
    image,
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    env: [
      ...Object.entries(workload.env).map(([name, value]) => ({ name, value })),
      ...secrets.env.map(({ name, secretRef }) => ({ name, secretRef })),
    ],
    resources: { cpu: workload.cpuMillicores / 1000, memory: `${workload.memoryMib / 1024}Gi` },
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    ...(probes.length === 0 ? {} : { probes }),
  };
}

/** Container Apps gives a replica at most 8 GiB of storage of its own, and no other without a storage account. */
function emptyDir({ name, sizeGib = 0, readOnly }: Workload['volumes'][number], target: string): AppVolume {
  if (sizeGib > 8 || readOnly === true) {
    throw new InvalidSpec(
      `${target}: volume "${name}" cannot be had: a container app has an ephemeral, writable directory of up to 8 GiB`,
    );
  }
  return { name, storageType: 'EmptyDir' };
}

/** learn.microsoft.com/azure/container-apps/ingress-overview, additional TCP ports. */
const mostMorePorts = 5;

function ingressOf({ workload, target }: ApplyCommand, settings: AzureSettings): { readonly ingress?: Ingress } {
  const tcp = workload.ports.find(({ protocol }) => protocol === 'TCP');
  if (tcp !== undefined) {
    throw new InvalidSpec(
      `${target}: port "${tcp.name}" is TCP, which a container app serves inside a virtual network only: ` +
        'place the service on container-instances',
    );
  }
  const [main, ...others] = workload.ports;
  if (others.length > mostMorePorts) {
    throw new InvalidSpec(
      `${target}: ${workload.ports.length} ports are given; a container app has at most ${1 + mostMorePorts}`,
    );
  }
  if (main === undefined || workload.replicas === 0) return {};
  return {
    ingress: {
      external: true,
      targetPort: main.port,
      transport: main.protocol === 'GRPC' ? 'http2' : 'http',
      allowInsecure: settings.endpointScheme === 'http',
      traffic: [{ latestRevision: true, weight: 100 }],
      // Only the first port has a name on the internet; the others are reached inside the environment.
      ...(others.length === 0
        ? {}
        : {
            additionalPortMappings: others.map(({ port }) => ({
              external: false,
              targetPort: port,
              exposedPort: port,
            })),
          }),
    },
  };
}

function identityOf(workload: Workload, settings: AzureSettings): Pick<ContainerApp, 'identity'> {
  const id = workload.hints.azure?.identity ?? settings.identity;
  return id === undefined ? {} : { identity: { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } } };
}

function registriesOf(command: ApplyCommand, settings: AzureSettings) {
  const registry = privateRegistry(command, settings);
  return registry === undefined ? {} : { registries: [registry] };
}
