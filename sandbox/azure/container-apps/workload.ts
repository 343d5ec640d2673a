import { createHash } from 'node:crypto';
import type { ReplicaStatus, WorkloadSpec, WorkloadStatus } from '../../core/types.ts';
import { filled, given } from '../given.ts';
import { replicasOf } from '../resource-path.ts';
import { latestRevision, workloadId, type Container, type ContainerApp, type Probe, type Revision } from './model.ts';

/** What the runner is told to keep running for this app and revision. */
export function workloadOf(app: ContainerApp, revision: Revision): WorkloadSpec {
  const main = revision.template.containers?.[0] ?? {};
  const port = app.body.properties?.configuration?.ingress?.targetPort;
  return {
    id: workloadId(app),
    cloud: 'azure',
    region: app.region,
    resource: app.name,
    // The target port is no part of the revision, yet the process must be told it.
    revision: port === undefined ? revision.name : `${revision.name}@${port}`,
    image: main.image ?? '',
    environment: environmentVariables(app, revision),
    replicas: app.stopped ? 0 : wantedReplicas(app, revision),
    ...given({ command: commandOf(main), port, healthPath: healthPathOf(main.probes ?? []) }),
  };
}

const commandOf = ({ command = [], args = [] }: Container) => filled([...command, ...args]);

/**
 * `minReplicas`, but one where an app that scales to zero has an ingress to wake it: the sandbox counts no requests, so such an
 * app stays at the one replica it is created with. Without ingress and rules zero means zero, as in Azure.
 */
export function wantedReplicas(app: ContainerApp, { template }: Revision): number {
  const minimum = template.scale?.minReplicas ?? 0;
  if (minimum > 0) return minimum;
  const wakes = app.body.properties?.configuration?.ingress !== undefined || (template.scale?.rules ?? []).length > 0;
  return wakes ? 1 : 0;
}

function environmentVariables(app: ContainerApp, revision: Revision): Record<string, string> {
  const secrets = new Map((app.body.properties?.configuration?.secrets ?? []).map(({ name, value }) => [name, value]));
  const variables = revision.template.containers?.[0]?.env ?? [];
  const given = variables.map(({ name, value, secretRef }) => [
    name ?? '',
    (secretRef === undefined ? value : secrets.get(secretRef)) ?? '',
  ]);
  return {
    ...Object.fromEntries(given),
    CONTAINER_APP_NAME: app.name,
    CONTAINER_APP_REVISION: revision.name,
  };
}

function healthPathOf(probes: readonly Probe[]): string | undefined {
  const order = ['Readiness', 'Liveness', 'Startup'];
  const http = order.flatMap((type) => probes.filter((probe) => probe.type === type && probe.httpGet));
  return http[0]?.httpGet?.path ?? (http[0] ? '/' : undefined);
}

/** Notes which revision answers now: the old one goes inactive when the new one is ready, as single revision mode has it. */
export function observeRevisions(app: ContainerApp, status: WorkloadStatus | undefined, now: number): void {
  const latest = latestRevision(app);
  if (!latest || latest.state !== 'Provisioned') return;
  const ready = replicasOf(status, latest.name).filter((replica) => replica.state === 'ready').length;
  if (ready === 0 && (app.stopped || wantedReplicas(app, latest) > 0)) return;
  app.latestReady = latest.name;
  for (const revision of app.revisions) if (revision !== latest) revision.inactiveSince ??= now;
}

/** The service's replica names: `<revision>-<hash>-<hash>`. */
export function replicaName(revision: string, replica: ReplicaStatus): string {
  const hash = createHash('sha256').update(replica.id).digest('hex');
  return `${revision}-${hash.slice(0, 10)}-${hash.slice(10, 15)}`;
}
