import { find } from './entity-methods.ts';
import type { Entity, Revision } from './model.ts';
import { parseLocation, parseResource } from './names.ts';
import { page } from './paging.ts';
import { renderOperation, renderRevision } from './render.ts';
import { notFound, RpcError } from './status.ts';
import type { Method, World } from './world.ts';

interface RevisionRequest {
  readonly name?: string;
  readonly parent?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
  readonly validateOnly?: boolean;
}

/** Finds a revision by its full name. */
function findRevision(world: World, name: string): readonly [Entity, Revision] {
  const ref = parseResource('name', name);
  const entity = find(world, ref);
  const revision = entity.revisions.find((item) => item.id === ref.revision);
  if (!revision) throw notFound(name);
  return [entity, revision];
}

/** `services/-` means the revisions of all services of the location. */
function parents(world: World, parent: string): readonly Entity[] {
  const wildcard = /^(.*)\/(services|workerPools)\/-$/.exec(parent);
  if (!wildcard) return [find(world, parseResource('parent', parent))];
  const kind = wildcard[2] === 'services' ? 'service' : 'workerPool';
  return world.store.list(kind, parseLocation('parent', wildcard[1] ?? ''));
}

/** A list order that is stable over several entities: by creation, then by count. */
const orderOf = (entity: Entity, revision: Revision): number =>
  revision.createTime * 1000 + (revision.generation % 1000) + entity.sequence / 1e6;

const list: Method = (world, request) => {
  const input = request as RevisionRequest;
  const parent = input.parent ?? '';
  const all = parents(world, parent).flatMap((entity) =>
    entity.revisions.map((revision) => ({ entity, revision, order: orderOf(entity, revision) })),
  );
  const oldestFirst = all.sort((left, right) => left.order - right.order);
  const newestFirst = oldestFirst.map((item, index) => ({ ...item, sequence: index + 1 })).reverse();
  const { items, ...more } = page(`${parent}/revisions`, newestFirst, input);
  return { revisions: items.map(({ entity, revision }) => renderRevision(entity, revision)), ...more };
};

/** A revision that serves, or that was made last, cannot go. */
function checkUnused(entity: Entity, revision: Revision): void {
  const used = [
    entity.latestReady,
    entity.latestCreated,
    ...(entity.desired.traffic ?? []).map((target) => target.revision),
  ];
  if (!used.includes(revision.id)) return;
  throw new RpcError(
    'FAILED_PRECONDITION',
    `Revision '${revision.id}' is serving traffic or is the latest revision and cannot be deleted.`,
  );
}

/** Deletes a revision; the answer is an operation that is done. Throws FAILED_PRECONDITION while it is used. */
export function removeRevision(world: World, entity: Entity, revision: Revision, validateOnly: boolean): object {
  checkUnused(entity, revision);
  const response = renderRevision(entity, revision);
  const operation = world.store.open(entity.ref, 'Revision', entity, response);
  if (!validateOnly) entity.revisions = entity.revisions.filter((item) => item !== revision);
  world.store.finish(operation, { response });
  return renderOperation(operation);
}

export const revisionMethods: Readonly<Record<string, Method>> = {
  GetRevision: (world, request) => {
    const [entity, revision] = findRevision(world, (request as RevisionRequest).name ?? '');
    return renderRevision(entity, revision);
  },
  ListRevisions: list,
  DeleteRevision: (world, request) => {
    const input = request as RevisionRequest;
    const [entity, revision] = findRevision(world, input.name ?? '');
    return removeRevision(world, entity, revision, input.validateOnly ?? false);
  },
};
