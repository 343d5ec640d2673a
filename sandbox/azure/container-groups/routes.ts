import { badRequest } from '../errors.ts';
import { isObject, param, type Call, type Reply, type Route } from '../http.ts';
import { operationRoutes, resultHeaders, statusHeaders, type OperationPlaces } from '../long-running.ts';
import { page } from '../paging.ts';
import { addressOf, admitPut, findResource, regionOf, requireResource, resourcePattern } from '../resource-path.ts';
import type { AzureState } from '../state.ts';
import { requireTags } from '../tags.ts';
import { remove, requireIdle, restart, run, stop, view } from './lifecycle.ts';
import { containerGroupType, groupVersions, isContainerGroup, workloadId, type ContainerGroup } from './model.ts';
import { bindGroup, fits, noCapacity, requireGroupName, requireUpdatable, validateGroup } from './validate.ts';

const places: OperationPlaces = {
  namespace: 'Microsoft.ContainerInstance',
  statuses: 'operations',
  results: 'operationresults',
  versions: groupVersions,
};

/** Microsoft.ContainerInstance/containerGroups. `quota` is the number of groups a subscription may have per region. */
export function containerGroupRoutes(state: AzureState, quota: number): readonly Route[] {
  const one = {
    versions: groupVersions,
    type: containerGroupType,
    region: regionOf(state, containerGroupType),
  } as const;
  const many = { ...one, method: 'GET', region: () => 'global' } as const;
  const pattern = resourcePattern(containerGroupType);
  const required = (call: Call) => requireResource(state, addressOf(call, containerGroupType), isContainerGroup);
  const listed = (call: Call, where: { subscription: string; group?: string }) =>
    page(
      call,
      state
        .resources({ ...where, type: containerGroupType })
        .filter(isContainerGroup)
        .map((group) => view(state, group, false)),
      state.pageSize,
    );

  return [
    ...operationRoutes(state, places),
    {
      ...one,
      operation: 'ContainerGroups_CreateOrUpdate',
      method: 'PUT',
      pattern,
      handle: (call) => put(state, call, quota),
    },
    {
      ...one,
      operation: 'ContainerGroups_Get',
      method: 'GET',
      pattern,
      handle: (call) => ({ status: 200, body: view(state, required(call)) }),
    },
    {
      ...one,
      operation: 'ContainerGroups_Update',
      method: 'PATCH',
      pattern,
      handle: (call) => patch(state, call, required(call)),
    },
    { ...one, operation: 'ContainerGroups_Delete', method: 'DELETE', pattern, handle: (call) => erase(state, call) },
    {
      ...one,
      operation: 'ContainerGroups_Stop',
      method: 'POST',
      pattern: `${pattern}/stop`,
      async handle(call) {
        const group = required(call);
        requireIdle(group);
        await stop(state, group);
        return { status: 204 };
      },
    },
    {
      ...one,
      operation: 'ContainerGroups_Start',
      method: 'POST',
      pattern: `${pattern}/start`,
      async handle(call) {
        const group = required(call);
        requireIdle(group);
        refuseWithoutCapacity(state, group, 'ContainerGroups_Start');
        const operation = await run(state, group, 'start');
        return { status: 202, headers: resultHeaders(call, state, operation, places) };
      },
    },
    {
      ...one,
      operation: 'ContainerGroups_Restart',
      method: 'POST',
      pattern: `${pattern}/restart`,
      async handle(call) {
        const group = required(call);
        requireIdle(group);
        await restart(state, group);
        // Clients generated from older versions know 204 as the only answer; the restart goes on behind it.
        return { status: 204 };
      },
    },
    {
      ...many,
      operation: 'ContainerGroups_List',
      pattern: `/subscriptions/{subscription}/providers/${containerGroupType}`,
      handle: (call) => listed(call, { subscription: param(call, 'subscription') }),
    },
    {
      ...many,
      operation: 'ContainerGroups_ListByResourceGroup',
      pattern: `/subscriptions/{subscription}/resourceGroups/{group}/providers/${containerGroupType}`,
      handle(call) {
        const { subscription, name } = state.requireGroup(param(call, 'subscription'), param(call, 'group'));
        return listed(call, { subscription, group: name });
      },
    },
  ];
}

type Candidate = Pick<ContainerGroup, 'region' | 'name' | 'body'>;

function refuseWithoutCapacity(state: AzureState, { region, name, body }: Candidate, operation: string): void {
  const struck = state.context.faults.strikes('capacity', { cloud: 'azure', region, operation, resource: name });
  if (struck || !fits(body)) throw noCapacity(region, body);
}

async function put(state: AzureState, call: Call, quota: number): Promise<Reply> {
  const address = addressOf(call, containerGroupType);
  const region = admitPut(state, address, call.body);
  requireGroupName(address.name);
  const body = bindGroup(call.body);
  requireTags(body.tags);
  validateGroup(address.name, body);
  const known = findResource(state, address.id, isContainerGroup);
  if (known) {
    requireIdle(known);
    requireUpdatable(known, body);
  } else {
    requireQuota(state, address.subscription, region, quota);
    refuseWithoutCapacity(state, { region, name: address.name, body }, 'ContainerGroups_CreateOrUpdate');
  }
  const group = known ?? createGroup(state, call, region, body);
  group.body = body;
  group.tags = body.tags ?? {};
  group.changedAt = state.context.clock.now();
  group.serial += 1;
  state.put(group);
  const operation = await run(state, group, known ? 'update' : 'create');
  return {
    status: known ? 200 : 201,
    headers: statusHeaders(call, state, operation, places),
    body: view(state, group),
  };
}

function requireQuota(state: AzureState, subscription: string, region: string, quota: number): void {
  const used = state
    .resources({ subscription, type: containerGroupType })
    .filter((one) => one.region === region).length;
  if (used < quota) return;
  throw badRequest(
    'ContainerGroupQuotaReached',
    `Resource type '${containerGroupType}' container group quota 'ContainerGroups' exceeded in region '${region}'. ` +
      `Limit: '${quota}', Usage: '${used}' Requested: '1'.`,
  );
}

function createGroup(state: AzureState, call: Call, region: string, body: ContainerGroup['body']): ContainerGroup {
  const now = state.context.clock.now();
  const group: ContainerGroup = {
    ...addressOf(call, containerGroupType),
    region,
    tags: {},
    provisioningState: 'Pending',
    createdAt: now,
    changedAt: now,
    createdBy: call.caller,
    changedBy: call.caller,
    body,
    stopped: false,
    startedAt: now,
    serial: 0,
    release: () => state.context.workloads.remove(workloadId(group)),
  };
  return group;
}

/** PATCH takes tags and zones, nothing else, and answers at once. */
function patch(state: AzureState, call: Call, group: ContainerGroup): Reply {
  requireIdle(group);
  const unknown = isObject(call.body)
    ? Object.keys(call.body).find((key) => !['id', 'name', 'type', 'location', 'tags', 'zones'].includes(key))
    : 'body';
  if (unknown)
    throw badRequest('InvalidRequestContent', `A container group's PATCH takes tags and zones only, not '${unknown}'.`);
  if (isObject(call.body) && call.body['tags'] !== undefined) group.tags = requireTags(call.body['tags']);
  group.changedAt = state.context.clock.now();
  return { status: 200, body: view(state, group) };
}

async function erase(state: AzureState, call: Call): Promise<Reply> {
  const address = addressOf(call, containerGroupType);
  state.requireGroup(address.subscription, address.group);
  const group = findResource(state, address.id, isContainerGroup);
  if (!group) return { status: 204 };
  requireIdle(group);
  const operation = await remove(state, group);
  return { status: 202, headers: resultHeaders(call, state, operation, places) };
}
