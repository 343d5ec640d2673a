import { badRequest } from './errors.ts';
import { param, type Call, type Reply, type Route } from './http.ts';
import { page } from './paging.ts';
import { resourceFilter } from './resource-filter.ts';
import { resourcesVersions } from './subscriptions.ts';
import type { ArmResource, AzureState } from './state.ts';

/** `GET …/resources`: Azure Resource Manager's own index, which answers even when a region does not. */
export function genericResourceRoutes(state: AzureState): readonly Route[] {
  const common = { method: 'GET', versions: resourcesVersions, region: () => 'global' } as const;
  return [
    {
      ...common,
      operation: 'Resources_List',
      pattern: '/subscriptions/{subscription}/resources',
      handle: (call) => listResources(state, call, state.resources({ subscription: param(call, 'subscription') })),
    },
    {
      ...common,
      operation: 'Resources_ListByResourceGroup',
      pattern: '/subscriptions/{subscription}/resourceGroups/{group}/resources',
      handle(call) {
        const { name: group, subscription } = state.requireGroup(param(call, 'subscription'), param(call, 'group'));
        return listResources(state, call, state.resources({ subscription, group }));
      },
    },
  ];
}

function listResources(state: AzureState, call: Call, all: readonly ArmResource[]): Reply {
  const expand = (call.query.get('$expand') ?? '').toLowerCase().split(',');
  const items = all.filter(resourceFilter(call.query.get('$filter'))).map((resource) => render(resource, expand));
  return page(call, items, Math.min(state.pageSize, top(call.query.get('$top'))));
}

function top(value: string | null): number {
  if (value === null) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw badRequest('InvalidTopInQueryString', `The $top value '${value}' must be a positive integer.`);
}

const render = (resource: ArmResource, expand: readonly string[]): Record<string, unknown> => ({
  id: resource.id,
  name: resource.name,
  type: resource.type,
  location: resource.region,
  ...(Object.keys(resource.tags).length > 0 ? { tags: resource.tags } : {}),
  ...(expand.includes('createdtime') ? { createdTime: new Date(resource.createdAt).toISOString() } : {}),
  ...(expand.includes('changedtime') ? { changedTime: new Date(resource.changedAt).toISOString() } : {}),
  ...(expand.includes('provisioningstate') ? { provisioningState: resource.provisioningState } : {}),
});
