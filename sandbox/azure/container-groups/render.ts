import type { ReplicaStatus, WorkloadStatus } from '../../core/types.ts';
import type { Container, ContainerGroup, ContainerGroupProperties } from './model.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * A container group as the service shows it. Secure values, registry passwords and storage keys never come back. `live` adds the
 * instance views, which lists leave out.
 */
export function renderGroup(
  group: ContainerGroup,
  status: WorkloadStatus | undefined,
  live: boolean,
): Record<string, unknown> {
  const { properties, identity, zones } = group.body;
  const replica = currentReplica(group, status);
  return {
    id: group.id,
    name: group.name,
    type: group.type,
    location: group.region,
    tags: group.tags,
    ...(zones ? { zones } : {}),
    ...(identity === undefined ? {} : { identity }),
    properties: {
      sku: 'Standard',
      restartPolicy: 'Always',
      ...withoutSecrets(properties),
      provisioningState: group.provisioningState,
      containers: properties.containers.map((container) => renderContainer(group, container, replica, live)),
      initContainers: properties.initContainers ?? [],
      ...(properties.ipAddress ? { ipAddress: { ...properties.ipAddress, ...address(group, status) } } : {}),
      ...(live ? { instanceView: { events: [], state: groupState(group, replica) } } : {}),
    },
  };
}

const currentReplica = (group: ContainerGroup, status: WorkloadStatus | undefined): ReplicaStatus | undefined =>
  group.stopped ? undefined : status?.replicas.findLast(({ state }) => state !== 'stopping');

/** Both the address and the name lead to the sandbox's front, because Azure's own port numbers cannot be bound here. */
function address(group: ContainerGroup, status: WorkloadStatus | undefined): Record<string, string> {
  if (!status?.address) return {};
  const named = group.body.properties.ipAddress?.dnsNameLabel !== undefined;
  return { ip: status.address, ...(named ? { fqdn: status.address } : {}) };
}

function withoutSecrets(properties: ContainerGroupProperties): Record<string, unknown> {
  const { imageRegistryCredentials, volumes, ...rest } = properties;
  return {
    ...rest,
    ...(imageRegistryCredentials
      ? { imageRegistryCredentials: imageRegistryCredentials.map(({ password: _hidden, ...shown }) => shown) }
      : {}),
    ...(volumes ? { volumes: volumes.map(hideKey) } : {}),
  };
}

function hideKey(volume: NonNullable<ContainerGroupProperties['volumes']>[number]): Record<string, unknown> {
  if (!volume.azureFile) return { ...volume };
  const { storageAccountKey: _hidden, ...azureFile } = volume.azureFile;
  return { ...volume, azureFile };
}

function renderContainer(
  group: ContainerGroup,
  { name, properties }: Container,
  replica: ReplicaStatus | undefined,
  live: boolean,
): Record<string, unknown> {
  return {
    name,
    properties: {
      command: [],
      ports: [],
      ...properties,
      environmentVariables: (properties.environmentVariables ?? []).map(({ secureValue: _hidden, ...shown }) => shown),
      ...(live ? { instanceView: instanceView(group, replica) } : {}),
    },
  };
}

function instanceView(group: ContainerGroup, replica: ReplicaStatus | undefined): Record<string, unknown> {
  const startTime = iso(group.startedAt);
  return {
    restartCount: replica?.restarts ?? 0,
    currentState: currentState(group, replica, startTime),
    events: replica && running(replica) ? [pulled(startTime), started(startTime)] : [],
  };
}

const event = (name: string, message: string) => (at: string) => ({
  count: 1,
  firstTimestamp: at,
  lastTimestamp: at,
  name,
  message,
  type: 'Normal',
});
const pulled = event('Pulled', 'Successfully pulled image');
const started = event('Started', 'Started container');

const running = ({ state }: ReplicaStatus): boolean => state === 'ready' || state === 'running';

function currentState(
  group: ContainerGroup,
  replica: ReplicaStatus | undefined,
  startTime: string,
): Record<string, unknown> {
  if (group.stopped)
    return { state: 'Terminated', startTime, finishTime: iso(group.changedAt), detailStatus: 'Stopped' };
  if (!replica || replica.state === 'pending') return { state: 'Waiting', detailStatus: replica?.reason ?? '' };
  if (running(replica)) return { state: 'Running', startTime, detailStatus: replica.reason ?? '' };
  return { state: 'Terminated', startTime, exitCode: 1, detailStatus: replica.reason ?? 'Error' };
}

/** `instanceView.state` of the group: Pending, Running, Stopped or Failed. */
export function groupState(group: ContainerGroup, replica: ReplicaStatus | undefined): string {
  if (group.stopped) return 'Stopped';
  if (group.provisioningState === 'Failed') return 'Failed';
  if (!replica || replica.state === 'pending') return 'Pending';
  return running(replica) ? 'Running' : 'Failed';
}
