import { bind } from '../container-apps/validate.ts';
import { appVersions, environmentType, isContainerApp } from '../container-apps/model.ts';
import { ArmError, badRequest, conflict } from '../errors.ts';
import { param, type Call, type Reply, type Route } from '../http.ts';
import { operationRoutes, resultHeaders, statusHeaders, type OperationPlaces } from '../long-running.ts';
import type { Work } from '../operations.ts';
import { page } from '../paging.ts';
import { displayName } from '../regions.ts';
import {
  addressOf,
  admitPut,
  findResource,
  mergePatch,
  regionOf,
  requireResource,
  resourcePattern,
} from '../resource-path.ts';
import type { AzureState } from '../state.ts';
import { requireTags } from '../tags.ts';
import { isEnvironment, type Environment, type EnvironmentBody } from './model.ts';
import { render } from './render.ts';
import { environmentShape } from './schema.ts';

const places: OperationPlaces = {
  namespace: 'Microsoft.App',
  statuses: 'managedEnvironmentOperationStatuses',
  results: 'managedEnvironmentOperationResults',
  versions: appVersions,
};

/** Microsoft.App/managedEnvironments. `quota` is the number of environments a subscription may have per region. */
export function environmentRoutes(state: AzureState, quota: number): readonly Route[] {
  const one = { versions: appVersions, type: environmentType, region: regionOf(state, environmentType) } as const;
  const many = { ...one, method: 'GET', region: () => 'global' } as const;
  const pattern = resourcePattern(environmentType);
  const required = (call: Call) => requireResource(state, addressOf(call, environmentType), isEnvironment);
  const listed = (call: Call, where: { subscription: string; group?: string }) =>
    page(
      call,
      state
        .resources({ ...where, type: environmentType })
        .filter(isEnvironment)
        .map(render),
      state.pageSize,
    );

  return [
    ...operationRoutes(state, places),
    {
      ...one,
      operation: 'ManagedEnvironments_CreateOrUpdate',
      method: 'PUT',
      pattern,
      handle: (call) => put(state, call, quota),
    },
    {
      ...one,
      operation: 'ManagedEnvironments_Get',
      method: 'GET',
      pattern,
      handle: (call) => ({ status: 200, body: render(required(call)) }),
    },
    {
      ...one,
      operation: 'ManagedEnvironments_Update',
      method: 'PATCH',
      pattern,
      async handle(call) {
        const environment = required(call);
        requireIdle(environment);
        const merged = mergePatch({ location: environment.region, ...environment.body }, call.body);
        const body = bind<EnvironmentBody>(merged, environmentShape, call.version);
        const operation = await apply(state, environment, body, 'update');
        return { status: 202, headers: resultHeaders(call, state, operation, places) };
      },
    },
    {
      ...one,
      operation: 'ManagedEnvironments_Delete',
      method: 'DELETE',
      pattern,
      handle: (call) => erase(state, call),
    },
    {
      ...many,
      operation: 'ManagedEnvironments_ListBySubscription',
      pattern: `/subscriptions/{subscription}/providers/${environmentType}`,
      handle: (call) => listed(call, { subscription: param(call, 'subscription') }),
    },
    {
      ...many,
      operation: 'ManagedEnvironments_ListByResourceGroup',
      pattern: `/subscriptions/{subscription}/resourceGroups/{group}/providers/${environmentType}`,
      handle(call) {
        const { subscription, name } = state.requireGroup(param(call, 'subscription'), param(call, 'group'));
        return listed(call, { subscription, group: name });
      },
    },
  ];
}

function requireIdle(environment: Environment): void {
  if (environment.operation?.status !== 'InProgress') return;
  throw conflict(
    'ManagedEnvironmentOperationInProgress',
    `Cannot modify Container Apps environment ${environment.name} because another operation is in progress.`,
  );
}

async function put(state: AzureState, call: Call, quota: number): Promise<Reply> {
  const address = addressOf(call, environmentType);
  const region = admitPut(state, address, call.body);
  if (!/^[a-z](?:[-a-z0-9]{0,58}[a-z0-9])?$/i.test(address.name) || address.name.includes('--'))
    throw badRequest('ManagedEnvironmentInvalidName', `The environment name ${address.name} is invalid.`);
  const body = bind<EnvironmentBody>(call.body, environmentShape, call.version);
  requireTags(body.tags);
  const known = findResource(state, address.id, isEnvironment);
  if (known) requireIdle(known);
  else requireRoom(state, address, region, quota);
  const environment = known ?? createEnvironment(state, call, region);
  state.put(environment);
  const operation = await apply(state, environment, body, known ? 'update' : 'create');
  return {
    status: known ? 200 : 201,
    headers: statusHeaders(call, state, operation, places),
    body: render(environment),
  };
}

/** A new environment needs room in the subscription and in the region; an existing one has it. */
function requireRoom(
  state: AzureState,
  { subscription, name }: { readonly subscription: string; readonly name: string },
  region: string,
  quota: number,
): void {
  const present = state.resources({ subscription, type: environmentType }).filter((one) => one.region === region);
  if (present.length >= quota)
    throw badRequest(
      'MaxNumberOfRegionalEnvironmentsInSubExceeded',
      `The subscription '${subscription}' cannot have more than ${quota} environments in ${displayName(region)}.`,
    );
  const scope = { cloud: 'azure', region, operation: 'ManagedEnvironments_CreateOrUpdate', resource: name } as const;
  if (state.context.faults.strikes('capacity', scope))
    throw new ArmError(409, {
      code: 'ManagedEnvironmentNoAvailableCapacityInRegion',
      message:
        'No capacity available in this region for provisioning an environment, please try again in another region.',
    });
}

function createEnvironment(state: AzureState, call: Call, region: string): Environment {
  const now = state.context.clock.now();
  return {
    ...addressOf(call, environmentType),
    region,
    tags: {},
    provisioningState: 'InProgress',
    createdAt: now,
    changedAt: now,
    createdBy: call.caller,
    changedBy: call.caller,
    body: {},
    release: () => Promise.resolve(),
  };
}

function apply(state: AzureState, environment: Environment, body: EnvironmentBody, kind: 'create' | 'update') {
  environment.body = body;
  environment.tags = body.tags ?? {};
  environment.changedAt = state.context.clock.now();
  return operate(state, environment, {
    kind,
    durationMs: state.context.timings.provisionMs,
    finish: () => Promise.resolve(undefined),
  });
}

async function operate(
  state: AzureState,
  environment: Environment,
  work: Pick<Work, 'kind' | 'durationMs' | 'finish'>,
) {
  environment.provisioningState = work.kind === 'delete' ? 'ScheduledForDelete' : 'InProgress';
  environment.operation = await state.operations.start({
    ...work,
    subscription: environment.subscription,
    region: environment.region,
    resource: environment,
    async finish(failure) {
      const error = failure ?? (await work.finish(failure));
      environment.provisioningState = error ? 'Failed' : 'Succeeded';
      return error;
    },
    ...(work.kind === 'delete' ? {} : { result: () => render(environment) }),
  });
  return environment.operation;
}

async function erase(state: AzureState, call: Call): Promise<Reply> {
  const address = addressOf(call, environmentType);
  state.requireGroup(address.subscription, address.group);
  const environment = findResource(state, address.id, isEnvironment);
  if (!environment) return { status: 204 };
  if (environment.operation?.kind !== 'delete') {
    requireEmpty(state, environment);
    requireIdle(environment);
  }
  const running = environment.operation?.status === 'InProgress' ? environment.operation : undefined;
  const operation =
    running ??
    (await operate(state, environment, {
      kind: 'delete',
      durationMs: state.context.timings.deleteMs,
      finish() {
        state.drop(environment);
        return Promise.resolve(undefined);
      },
    }));
  return { status: 202, headers: resultHeaders(call, state, operation, places) };
}

function requireEmpty(state: AzureState, environment: Environment): void {
  const id = environment.id.toLowerCase();
  const tenants = state
    .resources({})
    .filter(isContainerApp)
    .filter(
      ({ body: { properties } }) =>
        (properties?.environmentId ?? properties?.managedEnvironmentId)?.toLowerCase() === id,
    );
  if (tenants.length > 0)
    throw conflict(
      'ManagedEnvironmentNotEmpty',
      `The environment '${environment.name}' still has container apps: ${tenants.map(({ name }) => name).join(', ')}.`,
    );
}
