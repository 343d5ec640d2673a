import { desiredOf, merged } from './desired.ts';
import { addRevision, applyChange, complete, draft } from './entity-changes.ts';
import type { Change } from './entity-changes.ts';
import type { Entity, Operation } from './model.ts';
import { checkId, collections, formatResource, parseLocation, parseResource } from './names.ts';
import type { Kind, ResourceName } from './names.ts';
import { page } from './paging.ts';
import type { PageRequest } from './paging.ts';
import { etagOf, renderEntity, renderOperation } from './render.ts';
import { notFound, RpcError } from './status.ts';
import type { Method, World } from './world.ts';

const typeNames = { service: 'Service', workerPool: 'WorkerPool' } as const;

/** Request fields of both resources under one name each. */
interface EntityRequest extends PageRequest {
  readonly parent?: string;
  readonly name?: string;
  readonly validateOnly?: boolean;
  readonly allowMissing?: boolean;
  readonly forceNewRevision?: boolean;
  readonly updateMask?: string;
  readonly etag?: string;
}

export function find(world: World, ref: ResourceName): Entity {
  const name = formatResource(ref);
  const entity = world.store.entities.get(name);
  if (!entity) throw notFound(name);
  return entity;
}

/** Optimistic concurrency: who writes with an etag writes only over what was read. */
export function checkEtag(entity: Entity, etag: string | undefined): void {
  if (etag === undefined || etag === '' || etag === etagOf(entity)) return;
  const text = `Conflict for resource '${entity.ref.id}': version '${etag}' was specified but current version is '${etagOf(entity)}'.`;
  throw new RpcError('ABORTED', text);
}

function checkServiceQuota(world: World, ref: ResourceName): void {
  if (world.store.count(ref.kind, ref) < world.quotas.servicesPerRegion) return;
  const text = `Quota exceeded: at most ${world.quotas.servicesPerRegion} ${collections[ref.kind]} per project and region.`;
  throw new RpcError('RESOURCE_EXHAUSTED', text);
}

/** Done at once and kept nowhere: the answer to `validate_only` and to a change that changes nothing. */
function settled(world: World, entity: Entity): Operation {
  const operation = world.store.open(entity.ref, typeNames[entity.kind], entity, renderEntity(entity));
  world.store.finish(operation, { response: renderEntity(entity) });
  return operation;
}

function checkedOnly(world: World, entity: Entity): Operation {
  const operation = settled(world, entity);
  world.store.operations.delete(operation.name);
  return operation;
}

export interface ChangeOptions {
  readonly validateOnly?: boolean;
}

/** Creates a Service or WorkerPool. Throws ALREADY_EXISTS, INVALID_ARGUMENT, RESOURCE_EXHAUSTED. */
export function create(world: World, change: Change, options: ChangeOptions): Operation {
  checkId(change.ref.kind === 'service' ? 'service_id' : 'worker_pool_id', change.ref.id);
  const name = formatResource(change.ref);
  if (world.store.entities.has(name))
    throw new RpcError('ALREADY_EXISTS', `Resource '${change.ref.id}' already exists.`);
  const desired = complete(world, change, undefined);
  checkServiceQuota(world, change.ref);
  const entity = draft(world, change, desired);
  if (options.validateOnly) return checkedOnly(world, entity);
  addRevision(world, entity);
  world.store.entities.set(name, entity);
  const operation = world.store.open(change.ref, typeNames[entity.kind], entity, {});
  world.reconciler.begin(entity, operation);
  return operation;
}

/** Changes one that exists. Throws FAILED_PRECONDITION while it is being deleted, INVALID_ARGUMENT, RESOURCE_EXHAUSTED. */
export function update(world: World, entity: Entity, change: Change, options: ChangeOptions): Operation {
  if (entity.deleteTime !== undefined) {
    throw new RpcError('FAILED_PRECONDITION', `Resource '${entity.ref.id}' is in the process of being deleted.`);
  }
  const desired = complete(world, change, entity);
  if (options.validateOnly) return checkedOnly(world, { ...entity, desired });
  // A failed deployment is tried again by the same request; a healthy one that changes nothing is left alone.
  if (!applyChange(world, entity, change, desired) && entity.operation === undefined) return settled(world, entity);
  const operation = world.store.open(entity.ref, typeNames[entity.kind], entity, {});
  world.reconciler.begin(entity, operation);
  return operation;
}

export function remove(world: World, entity: Entity, options: ChangeOptions): Operation {
  if (options.validateOnly) return checkedOnly(world, entity);
  if (entity.deleteTime !== undefined && entity.operation) return entity.operation;
  const operation = world.store.open(entity.ref, typeNames[entity.kind], entity, {});
  world.reconciler.remove(entity, operation);
  return operation;
}

const messageField = { service: 'service', workerPool: 'workerPool' } as const;

/** The message inside a create or update request, empty when it was left out. */
function messageOf(kind: Kind, request: object): { readonly name?: string; readonly etag?: string } {
  return ((request as Record<string, unknown>)[messageField[kind]] ?? {}) as { name?: string; etag?: string };
}

const createMethod =
  (kind: Kind): Method =>
  (world, request) => {
    const input = request as EntityRequest & { readonly serviceId?: string; readonly workerPoolId?: string };
    const place = parseLocation('parent', input.parent ?? '');
    const ref = { ...place, kind, id: (kind === 'service' ? input.serviceId : input.workerPoolId) ?? '' };
    const desired = desiredOf(kind, messageOf(kind, request));
    return renderOperation(create(world, { ref, desired }, { validateOnly: input.validateOnly ?? false }));
  };

const updateMethod =
  (kind: Kind): Method =>
  (world, request) => {
    const input = request as EntityRequest;
    const message = messageOf(kind, request);
    const ref = parseResource(`${messageField[kind]}.name`, message.name ?? '', kind);
    const options = { validateOnly: input.validateOnly ?? false };
    const entity = world.store.entities.get(formatResource(ref));
    if (!entity) {
      if (!input.allowMissing) throw notFound(formatResource(ref));
      return renderOperation(create(world, { ref, desired: desiredOf(kind, message) }, options));
    }
    checkEtag(entity, message.etag);
    const desired = merged(kind, entity.desired, message, input.updateMask);
    const change = { ref, desired, forceRevision: input.forceNewRevision ?? false };
    return renderOperation(update(world, entity, change, options));
  };

const getMethod =
  (kind: Kind): Method =>
  (world, request) =>
    renderEntity(find(world, parseResource('name', (request as EntityRequest).name ?? '', kind)));

const listMethod =
  (kind: Kind): Method =>
  (world, request) => {
    const input = request as EntityRequest;
    const parent = input.parent ?? '';
    const entities = world.store.list(kind, parseLocation('parent', parent));
    const { items, ...more } = page(`${parent}/${collections[kind]}`, entities, input);
    return { [collections[kind]]: items.map(renderEntity), ...more };
  };

const deleteMethod =
  (kind: Kind): Method =>
  (world, request) => {
    const input = request as EntityRequest;
    const entity = find(world, parseResource('name', input.name ?? '', kind));
    checkEtag(entity, input.etag);
    return renderOperation(remove(world, entity, { validateOnly: input.validateOnly ?? false }));
  };

/** Create, Get, List, Update and Delete of one resource kind, keyed by method name. */
export function entityMethods(kind: Kind): Readonly<Record<string, Method>> {
  const type = typeNames[kind];
  return {
    [`Create${type}`]: createMethod(kind),
    [`Get${type}`]: getMethod(kind),
    [`List${type}s`]: listMethod(kind),
    [`Update${type}`]: updateMethod(kind),
    [`Delete${type}`]: deleteMethod(kind),
  };
}
