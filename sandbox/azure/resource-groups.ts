import { badRequest, conflict, groupNotFound, invalidContent } from './errors.ts';
import { isObject, param, type Call, type Reply, type Route } from './http.ts';
import { page } from './paging.ts';
import { normalise, requireRegion } from './regions.ts';
import { resultReply } from './long-running.ts';
import { tagFilter } from './resource-filter.ts';
import { resourcesVersions } from './subscriptions.ts';
import { requireTags } from './tags.ts';
import type { AzureState, ResourceGroup } from './state.ts';

const pattern = '/subscriptions/{subscription}/resourceGroups/{group}';
const known = new Set(['id', 'name', 'type', 'location', 'tags', 'managedBy', 'properties']);

/** Resource groups. A group's writes go through the region it was made in, as with the real ones; reads come from everywhere. */
export function resourceGroupRoutes(state: AzureState): readonly Route[] {
  const read = { versions: resourcesVersions, region: () => 'global' } as const;
  const groupOf = (call: Call) => state.group(param(call, 'subscription'), param(call, 'group'));
  const required = (call: Call) => state.requireGroup(param(call, 'subscription'), param(call, 'group'));
  const written = {
    versions: resourcesVersions,
    region: (call: Call) => groupOf(call)?.region ?? locationOf(call.body) ?? 'global',
    resource: (call: Call) => call.params['group'],
  } as const;

  return [
    {
      ...read,
      operation: 'ResourceGroups_List',
      method: 'GET',
      pattern: '/subscriptions/{subscription}/resourceGroups',
      handle(call) {
        const keep = tagFilter(call.query.get('$filter'));
        return page(call, state.groups(param(call, 'subscription')).filter(keep).map(render), state.pageSize);
      },
    },
    {
      ...read,
      operation: 'ResourceGroups_Get',
      method: 'GET',
      pattern,
      handle: (call) => ({ status: 200, body: render(required(call)) }),
    },
    {
      ...read,
      operation: 'ResourceGroups_CheckExistence',
      method: 'HEAD',
      pattern,
      handle: (call) => ({ status: groupOf(call) ? 204 : 404 }),
    },
    {
      ...written,
      operation: 'ResourceGroups_CreateOrUpdate',
      method: 'PUT',
      pattern,
      handle: (call) => put(state, call),
    },
    {
      ...written,
      operation: 'ResourceGroups_Update',
      method: 'PATCH',
      pattern,
      handle(call) {
        const group = required(call);
        if (isObject(call.body) && 'tags' in call.body) group.tags = requireTags(call.body['tags']);
        return { status: 200, body: render(group) };
      },
    },
    {
      ...written,
      operation: 'ResourceGroups_Delete',
      method: 'DELETE',
      pattern,
      handle: (call) => remove(state, call),
    },
    {
      ...read,
      operation: 'OperationResults_Get',
      method: 'GET',
      pattern: '/subscriptions/{subscription}/operationresults/{operation}',
      handle(call) {
        const operation = state.operations.get(param(call, 'operation'));
        if (operation) return resultReply(call, state, operation);
        throw badRequest('InvalidOperationResult', `The operation '${param(call, 'operation')}' is not known.`);
      },
    },
  ];
}

const locationOf = (body: unknown): string | undefined =>
  isObject(body) && typeof body['location'] === 'string' ? normalise(body['location']) : undefined;

function render(group: ResourceGroup): Record<string, unknown> {
  return {
    id: `/subscriptions/${group.subscription}/resourceGroups/${group.name}`,
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.region,
    ...(Object.keys(group.tags).length > 0 ? { tags: group.tags } : {}),
    ...(group.managedBy === undefined ? {} : { managedBy: group.managedBy }),
    properties: { provisioningState: group.deletion?.status === 'InProgress' ? 'Deleting' : 'Succeeded' },
  };
}

function requireName(name: string): void {
  if (/^[-\w._()]{1,90}$/.test(name) && !name.endsWith('.')) return;
  throw badRequest(
    'InvalidResourceGroup',
    `The provided resource group name '${name}' is invalid. The name can be up to 90 characters, only letters, digits, ` +
      "'-', '.', '(', ')' or '_', and cannot end with a period.",
  );
}

function put(state: AzureState, call: Call): Reply {
  const subscription = param(call, 'subscription');
  const name = param(call, 'group');
  requireName(name);
  const { body } = call;
  if (!isObject(body)) throw invalidContent('the body must be an object');
  const unknown = Object.keys(body).find((key) => !known.has(key));
  if (unknown) throw invalidContent(`Could not find member '${unknown}' on object of type 'ResourceGroupDefinition'`);
  const region = requireRegion(body['location'], 'Microsoft.Resources/resourceGroups');
  const tags = requireTags(body['tags']);
  const existing = state.group(subscription, name);
  if (existing) return update(existing, region, tags);
  const managedBy = typeof body['managedBy'] === 'string' ? { managedBy: body['managedBy'] } : {};
  const group: ResourceGroup = { subscription, name, region, tags, ...managedBy };
  state.putGroup(group);
  return { status: 201, body: render(group) };
}

function update(group: ResourceGroup, region: string, tags: Readonly<Record<string, string>>): Reply {
  if (group.region !== region)
    throw conflict(
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${region}'. The Resource group already exists in location '${group.region}'.`,
    );
  if (group.deletion?.status === 'InProgress')
    throw conflict(
      'ResourceGroupBeingDeleted',
      `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
    );
  group.tags = tags;
  return { status: 200, body: render(group) };
}

async function remove(state: AzureState, call: Call): Promise<Reply> {
  const subscription = param(call, 'subscription');
  const group = state.group(subscription, param(call, 'group'));
  if (!group) throw groupNotFound(param(call, 'group'));
  if (group.deletion?.status !== 'InProgress')
    group.deletion = await state.operations.start({
      kind: 'delete',
      subscription,
      region: group.region,
      resource: { id: `/subscriptions/${subscription}/resourceGroups/${group.name}`, name: group.name },
      durationMs: state.context.timings.deleteMs,
      async finish() {
        const members = state.resources({ subscription, group: group.name });
        members.forEach((member) => state.operations.cancel(member.operation));
        await Promise.all(members.map((member) => member.release()));
        members.forEach((member) => state.drop(member));
        state.dropGroup(group);
        return undefined;
      },
    });
  return {
    status: 202,
    headers: {
      location: `${call.origin}/subscriptions/${subscription}/operationresults/${group.deletion.id}?api-version=${call.version}`,
      'retry-after': state.operations.retryAfter(group.deletion),
    },
  };
}
