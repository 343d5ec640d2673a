import { conflict, badRequest } from '../errors.ts';
import { param, type Call, type Reply, type Route } from '../http.ts';
import { operationRoutes, resultHeaders, statusHeaders, type OperationPlaces } from '../long-running.ts';
import { consumptionOnly, requireEnvironment } from '../managed-environments/model.ts';
import { page } from '../paging.ts';
import {
  addressOf,
  admitPut,
  findResource,
  mergePatch,
  regionOf,
  requireResource,
  resourcePattern,
} from '../resource-path.ts';
import { requireTags } from '../tags.ts';
import type { AzureState } from '../state.ts';
import { provision, remove, requireIdle, switchOff, view } from './lifecycle.ts';
import {
  appVersions,
  containerAppType,
  isContainerApp,
  workloadId,
  type ContainerApp,
  type ContainerAppBody,
} from './model.ts';
import { containerAppShape } from './schema.ts';
import { bind, requireAppName, validateApp } from './validate.ts';

const places: OperationPlaces = {
  namespace: 'Microsoft.App',
  statuses: 'containerappOperationStatuses',
  results: 'containerappOperationResults',
  versions: appVersions,
};

/** Microsoft.App/containerApps: create, read, change, list, stop, start, delete. */
export function containerAppRoutes(state: AzureState): readonly Route[] {
  const one = { versions: appVersions, type: containerAppType, region: regionOf(state, containerAppType) } as const;
  const many = { ...one, method: 'GET', region: () => 'global' } as const;
  const pattern = resourcePattern(containerAppType);
  const required = (call: Call) => requireResource(state, addressOf(call, containerAppType), isContainerApp);
  const listed = (call: Call, apps: readonly ContainerApp[]) =>
    page(
      call,
      apps.map((app) => view(state, app)),
      state.pageSize,
    );
  const all = (where: { subscription: string; group?: string }) =>
    state.resources({ ...where, type: containerAppType }).filter(isContainerApp);

  return [
    ...operationRoutes(state, places),
    { ...one, operation: 'ContainerApps_CreateOrUpdate', method: 'PUT', pattern, handle: (call) => put(state, call) },
    {
      ...one,
      operation: 'ContainerApps_Get',
      method: 'GET',
      pattern,
      handle: (call) => ({ status: 200, body: view(state, required(call)) }),
    },
    {
      ...one,
      operation: 'ContainerApps_Update',
      method: 'PATCH',
      pattern,
      handle: (call) => patch(state, call, required(call)),
    },
    { ...one, operation: 'ContainerApps_Delete', method: 'DELETE', pattern, handle: (call) => erase(state, call) },
    {
      ...many,
      operation: 'ContainerApps_ListBySubscription',
      pattern: `/subscriptions/{subscription}/providers/${containerAppType}`,
      handle: (call) => listed(call, all({ subscription: param(call, 'subscription') })),
    },
    {
      ...many,
      operation: 'ContainerApps_ListByResourceGroup',
      pattern: `/subscriptions/{subscription}/resourceGroups/{group}/providers/${containerAppType}`,
      handle(call) {
        const { subscription, name } = state.requireGroup(param(call, 'subscription'), param(call, 'group'));
        return listed(call, all({ subscription, group: name }));
      },
    },
    {
      ...one,
      operation: 'ContainerApps_ListSecrets',
      method: 'POST',
      pattern: `${pattern}/listSecrets`,
      handle: (call) => ({ status: 200, body: { value: secretsOf(required(call)) } }),
    },
    ...(['start', 'stop'] as const).map((verb): Route => ({
      ...one,
      operation: verb === 'start' ? 'ContainerApps_Start' : 'ContainerApps_Stop',
      method: 'POST',
      pattern: `${pattern}/${verb}`,
      async handle(call) {
        const app = required(call);
        const operation = await switchOff(state, app, verb === 'stop');
        return { status: 202, headers: resultHeaders(call, state, operation, places), body: view(state, app) };
      },
    })),
  ];
}

const secretsOf = (app: ContainerApp): readonly unknown[] => app.body.properties?.configuration?.secrets ?? [];

async function put(state: AzureState, call: Call): Promise<Reply> {
  const address = addressOf(call, containerAppType);
  const region = admitPut(state, address, call.body);
  requireAppName(address.name);
  const body = accept(state, call, call.body, region);
  const known = findResource(state, address.id, isContainerApp);
  if (known) requireIdle(known);
  const app = known ?? createApp(state, call, region);
  state.put(app);
  const operation = await provision(state, app, body, {
    kind: known ? 'update' : 'create',
    operation: 'ContainerApps_CreateOrUpdate',
  });
  return {
    status: known ? 200 : 201,
    headers: statusHeaders(call, state, operation, places),
    body: view(state, app),
  };
}

/** Binds and checks a whole app, whether it came as a PUT or is what a PATCH makes of the present one. */
function accept(state: AzureState, call: Call, candidate: unknown, region: string): ContainerAppBody {
  const body = bind<ContainerAppBody>(candidate, containerAppShape, call.version);
  requireTags(body.tags);
  const environment = requireEnvironment(state, body.properties, region);
  validateApp(body, consumptionOnly(environment));
  requireSecretValues(body);
  return body;
}

function requireSecretValues({ properties }: ContainerAppBody): void {
  const empty = (properties?.configuration?.secrets ?? []).filter(
    ({ name, value, keyVaultUrl, identity }) =>
      !name || (value === undefined && (keyVaultUrl === undefined || identity === undefined)),
  );
  if (empty.length > 0)
    throw badRequest(
      'ContainerAppSecretInvalid',
      `Invalid Request: Container app secret(s) with name(s) '${empty.map(({ name }) => name ?? '').join(', ')}' are invalid: ` +
        'value or keyVaultUrl and identity should be provided.',
    );
}

function createApp(state: AzureState, call: Call, region: string): ContainerApp {
  const now = state.context.clock.now();
  const app: ContainerApp = {
    ...addressOf(call, containerAppType),
    region,
    tags: {},
    provisioningState: 'InProgress',
    createdAt: now,
    changedAt: now,
    createdBy: call.caller,
    changedBy: call.caller,
    body: {},
    revisions: [],
    stopped: false,
    serial: 0,
    release: () => state.context.workloads.remove(workloadId(app)),
  };
  return app;
}

async function patch(state: AzureState, call: Call, app: ContainerApp): Promise<Reply> {
  requireIdle(app);
  const merged = mergePatch(app.body, call.body) as { location?: unknown };
  const region = admitPut(state, app, { location: merged.location ?? app.region });
  const body = accept(state, call, merged, region);
  app.changedBy = call.caller;
  const operation = await provision(state, app, body, { kind: 'update', operation: 'ContainerApps_Update' });
  return { status: 202, headers: resultHeaders(call, state, operation, places) };
}

async function erase(state: AzureState, call: Call): Promise<Reply> {
  const address = addressOf(call, containerAppType);
  state.requireGroup(address.subscription, address.group);
  const app = findResource(state, address.id, isContainerApp);
  if (!app) return { status: 204 };
  if (app.provisioningState === 'Deleting' && app.operation?.status !== 'InProgress')
    throw conflict('ContainerAppOperationInProgress', `The container app '${app.name}' is being deleted.`);
  const operation = await remove(state, app);
  return { status: 202, headers: resultHeaders(call, state, operation, places) };
}
