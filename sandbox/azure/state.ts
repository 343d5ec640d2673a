import type { SandboxContext } from '../core/types.ts';
import { groupNotFound } from './errors.ts';
import { createOperations, type Operation, type Operations } from './operations.ts';

export interface ResourceGroup {
  readonly subscription: string;
  readonly name: string;
  readonly region: string;
  tags: Readonly<Record<string, string>>;
  managedBy?: string;
  deletion?: Operation;
}

/** What every resource has, whatever its provider keeps beside it. */
export interface ArmResource {
  /** In the spelling of its creator; compared without regard to case. */
  readonly id: string;
  /** `Microsoft.App/containerApps`. */
  readonly type: string;
  readonly subscription: string;
  readonly group: string;
  readonly name: string;
  readonly region: string;
  tags: Readonly<Record<string, string>>;
  provisioningState: string;
  operation?: Operation;
  readonly createdAt: number;
  changedAt: number;
  readonly createdBy: string;
  changedBy: string;
  /** Frees what runs; the record itself is dropped by the store. */
  release(): Promise<void>;
}

/** Everything this face holds, in memory. */
export interface AzureState {
  readonly context: SandboxContext;
  readonly operations: Operations;
  readonly pageSize: number;
  readonly tenant: string;
  readonly subscriptions: readonly string[];
  /** True when only the listed subscriptions exist; otherwise any GUID is one. */
  readonly closed: boolean;
  groups(subscription: string): readonly ResourceGroup[];
  group(subscription: string, name: string): ResourceGroup | undefined;
  /** The group, or the 404 every provider gives. */
  requireGroup(subscription: string, name: string): ResourceGroup;
  putGroup(group: ResourceGroup): void;
  dropGroup(group: ResourceGroup): void;
  resource(id: string): ArmResource | undefined;
  resources(where: { readonly subscription?: string; readonly group?: string; readonly type?: string }): ArmResource[];
  put(resource: ArmResource): void;
  drop(resource: ArmResource): void;
}

export interface StateOptions {
  readonly pageSize: number;
  readonly tenant: string;
  readonly subscriptions: readonly string[];
  readonly closed: boolean;
}

const same = (a: string, b: string | undefined): boolean => b === undefined || a.toLowerCase() === b.toLowerCase();

export function createState(context: SandboxContext, options: StateOptions): AzureState {
  const groups = new Map<string, ResourceGroup>();
  const resources = new Map<string, ArmResource>();
  const key = (subscription: string, name: string) => `${subscription}/${name}`.toLowerCase();

  return {
    context,
    operations: createOperations(context),
    ...options,
    groups: (subscription) => [...groups.values()].filter((group) => same(group.subscription, subscription)),
    group: (subscription, name) => groups.get(key(subscription, name)),
    requireGroup(subscription, name) {
      const group = groups.get(key(subscription, name));
      if (!group) throw groupNotFound(name);
      return group;
    },
    putGroup: (group) => void groups.set(key(group.subscription, group.name), group),
    dropGroup: (group) => void groups.delete(key(group.subscription, group.name)),
    resource: (id) => resources.get(id.toLowerCase()),
    resources: ({ subscription, group, type }) =>
      [...resources.values()].filter(
        (one) => same(one.subscription, subscription) && same(one.group, group) && same(one.type, type),
      ),
    put: (resource) => void resources.set(resource.id.toLowerCase(), resource),
    drop(resource) {
      // A resource of the same name may have been created since: only this very record goes.
      const id = resource.id.toLowerCase();
      if (resources.get(id) === resource) resources.delete(id);
    },
  };
}

/** `systemData` as Microsoft.App returns it. */
export const systemData = (resource: ArmResource): Record<string, string> => ({
  createdBy: resource.createdBy,
  createdByType: 'Application',
  createdAt: new Date(resource.createdAt).toISOString(),
  lastModifiedBy: resource.changedBy,
  lastModifiedByType: 'Application',
  lastModifiedAt: new Date(resource.changedAt).toISOString(),
});
