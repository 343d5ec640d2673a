import type { WorkloadStatus } from '../core/types.ts';
import { conflict, resourceNotFound } from './errors.ts';
import { isObject, param, type Call } from './http.ts';
import { normalise, requireRegion } from './regions.ts';
import type { ArmResource, AzureState } from './state.ts';

/** The address of one resource as a call names it. */
export interface Address {
  readonly id: string;
  readonly type: string;
  readonly subscription: string;
  readonly group: string;
  readonly name: string;
}

/** Pattern of one resource; append `/start` and the like. */
export const resourcePattern = (type: string): string =>
  `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}/{name}`;

export function addressOf(call: Call, type: string): Address {
  const subscription = param(call, 'subscription');
  const group = param(call, 'group');
  const name = param(call, 'name');
  const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${name}`;
  return { id, type, subscription, group, name };
}

/** The region a call is about: where the resource is, else where its body wants it, else the group's. */
export function regionOf(state: AzureState, type: string): (call: Call) => string {
  return (call) => {
    const { id, subscription, group } = addressOf(call, type);
    const known = state.resource(id)?.region;
    if (known !== undefined) return known;
    const wanted = isObject(call.body) ? call.body['location'] : undefined;
    if (typeof wanted === 'string') return normalise(wanted);
    return state.group(subscription, group)?.region ?? 'global';
  };
}

/** What a PUT must pass before its provider looks at it; answers the region of the resource. */
export function admitPut(state: AzureState, address: Address, body: unknown): string {
  const group = state.requireGroup(address.subscription, address.group);
  if (group.deletion?.status === 'InProgress')
    throw conflict(
      'ResourceGroupBeingDeleted',
      `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
    );
  const location = isObject(body) ? body['location'] : undefined;
  const region = requireRegion(location, address.type);
  const known = state.resource(address.id);
  if (known && known.region !== region)
    throw conflict(
      'InvalidResourceLocation',
      `The resource '${address.name}' already exists in location '${known.region}' in resource group '${address.group}'. ` +
        `A resource with the same name cannot be created in location '${region}'. Please select a new resource name.`,
    );
  return region;
}

/** The resource if it is there; `is` narrows it to its provider's record. */
export function findResource<T extends ArmResource>(
  state: AzureState,
  id: string,
  is: (resource: ArmResource) => resource is T,
): T | undefined {
  const resource = state.resource(id);
  return resource && is(resource) ? resource : undefined;
}

export function requireResource<T extends ArmResource>(
  state: AzureState,
  address: Address,
  is: (resource: ArmResource) => resource is T,
): T {
  state.requireGroup(address.subscription, address.group);
  const resource = findResource(state, address.id, is);
  if (!resource) throw resourceNotFound(address.type, address.name, address.group);
  return resource;
}

/** RFC 7396, which Azure's PATCH follows: null removes, arrays are replaced whole. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** Replicas of one revision, whatever port suffix the sandbox gave it. */
export const replicasOf = (status: WorkloadStatus | undefined, revision: string) =>
  (status?.replicas ?? []).filter((replica) => replica.revision.split('@')[0] === revision);
