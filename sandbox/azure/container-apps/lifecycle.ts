import { isDeepStrictEqual } from 'node:util';
import { badRequest, conflict, type ErrorBody } from '../errors.ts';
import type { Operation, Work } from '../operations.ts';
import type { AzureState } from '../state.ts';
import {
  latestRevision,
  workloadId,
  type ContainerApp,
  type ContainerAppBody,
  type Revision,
  type Template,
} from './model.ts';
import { renderApp } from './render.ts';
import { observeRevisions, workloadOf } from './workload.ts';

/** The service serialises writes per app; only a delete may overtake a provisioning that hangs. */
export function requireIdle(app: ContainerApp): void {
  if (app.operation?.status !== 'InProgress') return;
  throw conflict(
    'ContainerAppOperationInProgress',
    `Cannot modify a container app '${app.name}' because there is an active provisioning operation in progress. ` +
      `OperationId: '${app.operation.id}'`,
  );
}

export function view(state: AzureState, app: ContainerApp): Record<string, unknown> {
  const status = state.context.workloads.status(workloadId(app));
  observeRevisions(app, status, state.context.clock.now());
  return renderApp(app, status);
}

/** Takes over a checked body: a changed template is a new revision, anything else touches the running one. */
export async function provision(
  state: AzureState,
  app: ContainerApp,
  body: ContainerAppBody,
  request: { readonly kind: 'create' | 'update'; readonly operation: string },
): Promise<Operation> {
  const now = state.context.clock.now();
  observeRevisions(app, state.context.workloads.status(workloadId(app)), now);
  const revision = nextRevision(app, body, now);
  const fresh = revision.state !== 'Provisioned';
  app.body = body;
  app.tags = body.tags ?? {};
  app.changedAt = now;
  const refusal = fresh ? capacityRefusal(state, app, request.operation) : undefined;
  const { provisionMs } = state.context.timings;
  return operate(state, app, {
    kind: request.kind,
    durationMs: fresh ? provisionMs : Math.min(provisionMs, 1_000),
    async begin() {
      if (!refusal) await state.context.workloads.apply(workloadOf(app, revision));
    },
    finish() {
      revision.state = refusal ? 'Failed' : 'Provisioned';
      if (refusal) revision.error = refusal.message;
      return Promise.resolve(refusal);
    },
  });
}

type AppWork = Pick<Work, 'kind' | 'durationMs' | 'begin' | 'finish'>;

/** Starts an operation on the app and keeps its provisioning state in step. */
export async function operate(state: AzureState, app: ContainerApp, work: AppWork): Promise<Operation> {
  app.provisioningState = work.kind === 'delete' ? 'Deleting' : 'InProgress';
  app.operation = await state.operations.start({
    ...work,
    subscription: app.subscription,
    region: app.region,
    resource: app,
    async finish(failure) {
      const error = failure ?? (await work.finish(failure));
      app.provisioningState = error ? 'Failed' : 'Succeeded';
      return error;
    },
    ...(work.kind === 'delete' ? {} : { result: () => view(state, app) }),
  });
  return app.operation;
}

/** Stops or starts all replicas; the address stays. */
export function switchOff(state: AzureState, app: ContainerApp, stopped: boolean): Promise<Operation> {
  requireIdle(app);
  return operate(state, app, {
    kind: stopped ? 'stop' : 'start',
    durationMs: Math.min(state.context.timings.provisionMs, 1_000),
    async begin() {
      app.stopped = stopped;
      const revision = latestRevision(app);
      if (revision) await state.context.workloads.apply(workloadOf(app, revision));
    },
    finish: () => Promise.resolve(undefined),
  });
}

export async function remove(state: AzureState, app: ContainerApp): Promise<Operation> {
  if (app.operation?.status === 'InProgress' && app.operation.kind === 'delete') return app.operation;
  state.operations.cancel(app.operation);
  return operate(state, app, {
    kind: 'delete',
    durationMs: state.context.timings.deleteMs,
    async finish() {
      await app.release();
      state.drop(app);
      return undefined;
    },
  });
}

/** The revision this body runs as. One that failed is tried again instead of being kept beside a twin. */
function nextRevision(app: ContainerApp, body: ContainerAppBody, now: number): Revision {
  const template = body.properties?.template ?? {};
  const latest = latestRevision(app);
  if (latest && isDeepStrictEqual(latest.template, template)) {
    if (latest.state === 'Failed') latest.state = 'Provisioning';
    return latest;
  }
  const name = `${app.name}--${suffixOf(template, app.serial + 1)}`;
  if (app.revisions.some((revision) => revision.name === name))
    throw badRequest(
      'ContainerAppRevisionSuffixInUse',
      `Revision with suffix '${template.revisionSuffix}' already exists.`,
    );
  app.serial += 1;
  const revision: Revision = { name, template, createdAt: now, state: 'Provisioning' };
  app.revisions = [...app.revisions.slice(-keptRevisions(body)), revision];
  return revision;
}

const suffixOf = ({ revisionSuffix }: Template, serial: number): string =>
  revisionSuffix ? revisionSuffix : String(serial).padStart(7, '0');

const keptRevisions = (body: ContainerAppBody): number =>
  (body.properties?.configuration?.maxInactiveRevisions ?? 100) + 1;

/** What the environment says when it has no room: the operation fails, the running revision stays. */
function capacityRefusal(state: AzureState, app: ContainerApp, operation: string): ErrorBody | undefined {
  const scope = { cloud: 'azure', region: app.region, operation, resource: app.name } as const;
  if (!state.context.faults.strikes('capacity', scope)) return undefined;
  return {
    code: 'ContainerAppOperationError',
    message:
      `Failed to provision revision for container app '${app.name}'. Error details: Maximum Allowed Cores exceeded for the ` +
      'Managed Environment. Please check https://learn.microsoft.com/en-us/azure/container-apps/quotas for resource limits.',
  };
}
