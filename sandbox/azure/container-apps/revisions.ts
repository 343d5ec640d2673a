import type { ReplicaStatus } from '../../core/types.ts';
import { notFound } from '../errors.ts';
import { param, type Call, type Route } from '../http.ts';
import { page } from '../paging.ts';
import { addressOf, regionOf, replicasOf, requireResource, resourcePattern } from '../resource-path.ts';
import type { AzureState } from '../state.ts';
import { requireIdle } from './lifecycle.ts';
import {
  appVersions,
  containerAppType,
  isContainerApp,
  latestRevision,
  workloadId,
  type ContainerApp,
  type Revision,
} from './model.ts';
import { readyOf, renderTemplate } from './render.ts';
import { observeRevisions, replicaName, wantedReplicas, workloadOf } from './workload.ts';

/** Revisions and their replicas: read, and restart. */
export function revisionRoutes(state: AzureState): readonly Route[] {
  const common = {
    versions: appVersions,
    type: containerAppType,
    method: 'GET',
    region: regionOf(state, containerAppType),
  } as const;
  const pattern = `${resourcePattern(containerAppType)}/revisions`;
  const find = (call: Call) => findRevision(state, call);
  const replicas = (call: Call) => {
    const { app, revision } = find(call);
    return replicasOf(statusOf(state, app), revision.name).map((replica) => renderReplica(app, revision, replica));
  };

  return [
    {
      ...common,
      operation: 'ContainerAppsRevisions_ListRevisions',
      pattern,
      handle(call) {
        const app = findApp(state, call);
        return page(
          call,
          app.revisions.map((revision) => renderRevision(state, app, revision)),
          state.pageSize,
        );
      },
    },
    {
      ...common,
      operation: 'ContainerAppsRevisions_GetRevision',
      pattern: `${pattern}/{revision}`,
      handle(call) {
        const { app, revision } = find(call);
        return { status: 200, body: renderRevision(state, app, revision) };
      },
    },
    {
      ...common,
      operation: 'ContainerAppsRevisions_RestartRevision',
      method: 'POST',
      pattern: `${pattern}/{revision}/restart`,
      async handle(call) {
        const { app, revision } = find(call);
        requireIdle(app);
        const workload = workloadOf(app, revision);
        await state.context.workloads.apply({ ...workload, replicas: 0 });
        await state.context.workloads.apply(workload);
        return { status: 200 };
      },
    },
    {
      ...common,
      operation: 'ContainerAppsRevisionReplicas_ListReplicas',
      pattern: `${pattern}/{revision}/replicas`,
      handle: (call) => ({ status: 200, body: { value: replicas(call) } }),
    },
    {
      ...common,
      operation: 'ContainerAppsRevisionReplicas_GetReplica',
      pattern: `${pattern}/{revision}/replicas/{replica}`,
      handle(call) {
        const wanted = param(call, 'replica');
        const body = replicas(call).find((replica) => replica.name === wanted);
        if (!body) throw notFound('ReplicaNotFound', `Replica '${wanted}' was not found.`);
        return { status: 200, body };
      },
    },
  ];
}

const statusOf = (state: AzureState, app: ContainerApp) => state.context.workloads.status(workloadId(app));

function findApp(state: AzureState, call: Call): ContainerApp {
  const app = requireResource(state, addressOf(call, containerAppType), isContainerApp);
  observeRevisions(app, statusOf(state, app), state.context.clock.now());
  return app;
}

function findRevision(state: AzureState, call: Call): { readonly app: ContainerApp; readonly revision: Revision } {
  const app = findApp(state, call);
  const name = param(call, 'revision');
  const revision = app.revisions.find((one) => one.name === name);
  if (!revision) throw notFound('RevisionNotFound', `Revision '${name}' of container app '${app.name}' was not found.`);
  return { app, revision };
}

const pathOf = (app: ContainerApp) => app.id.replace('/containerApps/', '/containerapps/');

function renderRevision(state: AzureState, app: ContainerApp, revision: Revision): Record<string, unknown> {
  const status = statusOf(state, app);
  const present = replicasOf(status, revision.name);
  const ready = readyOf(status, revision.name);
  return {
    id: `${pathOf(app)}/revisions/${revision.name}`,
    name: revision.name,
    type: `${containerAppType}/revisions`,
    properties: {
      createdTime: new Date(revision.createdAt).toISOString(),
      ...(revision.inactiveSince === undefined
        ? {}
        : { lastActiveTime: new Date(revision.inactiveSince).toISOString() }),
      ...(status?.address === undefined ? {} : { fqdn: status.address }),
      template: renderTemplate(revision.template),
      active: revision.inactiveSince === undefined,
      replicas: present.length,
      trafficWeight: trafficWeight(app, revision),
      ...(revision.error === undefined || revision.state !== 'Failed' ? {} : { provisioningError: revision.error }),
      healthState: healthState(revision, ready, present),
      provisioningState: revision.state,
      runningState: runningState(app, revision, ready, present),
    },
  };
}

/** Single revision mode: all traffic is with the last ready revision until the latest one is. */
const trafficWeight = (app: ContainerApp, revision: Revision): number =>
  (app.latestReady ?? latestRevision(app)?.name) === revision.name ? 100 : 0;

function healthState(revision: Revision, ready: number, present: readonly ReplicaStatus[]): string {
  if (ready > 0) return 'Healthy';
  const unhealthy = present.some(({ state }) => state === 'failed' || state === 'running');
  return revision.state === 'Failed' || unhealthy ? 'Unhealthy' : 'None';
}

function runningState(app: ContainerApp, revision: Revision, ready: number, present: readonly ReplicaStatus[]): string {
  if (revision.state === 'Failed') return 'Failed';
  if (app.stopped || revision.inactiveSince !== undefined) return 'Stopped';
  if (revision.state === 'Provisioning') return 'Processing';
  const wanted = wantedReplicas(app, revision);
  if (wanted === 0) return 'ScaledToZero';
  if (ready < wanted) return incomplete(ready, present);
  return ready >= (revision.template.scale?.maxReplicas ?? 10) ? 'RunningAtMaxScale' : 'Running';
}

function incomplete(ready: number, present: readonly ReplicaStatus[]): string {
  if (present.some(({ state }) => state === 'failed')) return 'Failed';
  return ready > 0 ? 'Degraded' : 'Activating';
}

function renderReplica(app: ContainerApp, revision: Revision, replica: ReplicaStatus) {
  const name = replicaName(revision.name, replica);
  const running = replica.state === 'ready' || replica.state === 'running';
  return {
    id: `${pathOf(app)}/revisions/${revision.name}/replicas/${name}`,
    name,
    type: `${containerAppType}/revisions/replicas`,
    properties: {
      createdTime: new Date(revision.createdAt).toISOString(),
      runningState: running ? 'Running' : 'NotRunning',
      ...(replica.reason === undefined ? {} : { runningStateDetails: replica.reason }),
      containers: (revision.template.containers ?? []).map((container) => ({
        name: container.name ?? '',
        containerId: `containerd://${name}`,
        ready: replica.state === 'ready',
        started: running,
        restartCount: replica.restarts,
        runningState: containerState(replica),
        ...(replica.reason === undefined ? {} : { runningStateDetails: replica.reason }),
      })),
    },
  };
}

function containerState(replica: ReplicaStatus): 'Running' | 'Waiting' | 'Terminated' {
  switch (replica.state) {
    case 'ready':
    case 'running':
      return 'Running';
    case 'pending':
      return 'Waiting';
    case 'failed':
    case 'stopping':
      return 'Terminated';
  }
}
