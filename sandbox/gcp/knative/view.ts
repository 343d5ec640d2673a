import { lookup } from '../lookup.ts';
import { create, find, remove, update } from '../entity-methods.ts';
import { pass } from '../gate.ts';
import { iamMethods } from '../iam-methods.ts';
import type { Entity, Revision } from '../model.ts';
import { checkLocation } from '../names.ts';
import { findOperation, waitFor } from '../operation-methods.ts';
import { page } from '../paging.ts';
import { regions } from '../regions.ts';
import type { RestAnswer, RestCall } from '../rest.ts';
import { removeRevision } from '../revision-methods.ts';
import { invalidArgument, notFound, RegionDown, RpcError } from '../status.ts';
import type { World } from '../world.ts';
import { readService } from './read.ts';
import type { ReadService } from './read.ts';
import { checkQuery, selected, targetOf } from './target.ts';
import type { Target } from './target.ts';
import { resourceVersion, revisionLabels, writeOperation, writeRevision, writeService } from './write.ts';

const ok = (body: object): RestAnswer => ({ status: 200, body });

const serviceRef = (target: Target, id: string) => ({
  kind: 'service' as const,
  project: target.project,
  location: target.location,
  id,
});

interface Found {
  readonly sequence: number;
  readonly entity: Entity;
}

/** Over all regions, one that is down is named instead of failing the list, as the global endpoint does. */
async function reachable(world: World, target: Target): Promise<{ entities: Found[]; unreachable: string[] }> {
  const places = target.location === '-' ? Object.keys(regions) : [target.location];
  const unreachable: string[] = [];
  const entities: Found[] = [];
  for (const location of places) {
    try {
      await pass(world.context, { operation: 'ListServices', region: location });
      const here = world.store.list('service', { project: target.project, location });
      entities.push(...here.map((entity) => ({ sequence: entity.sequence, entity })));
    } catch (error) {
      if (!(error instanceof RegionDown) || target.location !== '-') throw error;
      unreachable.push(location);
    }
  }
  return { entities: entities.sort((left, right) => right.sequence - left.sequence), unreachable };
}

const pageOf = (url: URL) => ({
  pageSize: Number(url.searchParams.get('limit') ?? 0),
  pageToken: url.searchParams.get('continue') ?? '',
});

async function listServices(world: World, target: Target, url: URL): Promise<RestAnswer> {
  const { entities, unreachable } = await reachable(world, target);
  const labelled = entities.filter(({ entity }) =>
    selected({ ...entity.desired.labels }, url.searchParams.get('labelSelector')),
  );
  const shown = page(`v1/${target.project}/${target.location}/services`, labelled, pageOf(url));
  const metadata = shown.nextPageToken === undefined ? {} : { continue: shown.nextPageToken };
  const items = shown.items.map(({ entity }) => writeService(entity));
  return ok({ apiVersion: 'serving.knative.dev/v1', kind: 'ServiceList', metadata, items, unreachable });
}

function checkVersion(entity: Entity, version: string | undefined): void {
  if (version === undefined || version === '' || version === resourceVersion(entity)) return;
  const text = `Conflict for resource '${entity.ref.id}': version '${version}' was specified but current version is '${resourceVersion(entity)}'.`;
  throw new RpcError('ABORTED', text);
}

function checkNamespace(target: Target, service: ReadService): void {
  if (service.namespace === undefined || service.namespace === target.project) return;
  throw invalidArgument([
    { field: 'metadata.namespace', description: `must be '${target.project}' but was '${service.namespace}'` },
  ]);
}

/** The entity after an accepted write; a dry run shows what it would have been. */
function write(world: World, target: Target, request: RestCall): RestAnswer {
  const service = readService(request.body);
  checkNamespace(target, service);
  const options = { validateOnly: request.url.searchParams.get('dryRun') === 'all' };
  const ref = serviceRef(target, target.id ?? service.name);
  const change = { ref, desired: service.desired, extras: service.extras };
  if (request.verb === 'POST') return shownAfter(create(world, change, options).entity);
  const entity = find(world, ref);
  checkVersion(entity, service.resourceVersion);
  return shownAfter(update(world, entity, change, options).entity);
}

function shownAfter(entity: Entity | undefined): RestAnswer {
  if (!entity) throw new Error('an operation on a service always has its entity');
  return ok(writeService(entity));
}

function removeService(world: World, target: Target): RestAnswer {
  const entity = find(world, serviceRef(target, target.id ?? ''));
  remove(world, entity, {});
  const details = { name: entity.ref.id, group: 'serving.knative.dev', kind: 'services', uid: entity.uid };
  return ok({ status: 'Success', details });
}

const iam = iamMethods('service');
const iamNames: Readonly<Record<string, string>> = {
  getIamPolicy: 'GetIamPolicy',
  setIamPolicy: 'SetIamPolicy',
  testIamPermissions: 'TestIamPermissions',
};

async function iamCall(world: World, target: Target, request: RestCall): Promise<RestAnswer | undefined> {
  const method = lookup(iam, lookup(iamNames, target.verb));
  if (!method) return undefined;
  const resource = `projects/${target.project}/locations/${target.location}/services/${target.id ?? ''}`;
  return ok(await method(world, { ...(request.body as object | undefined), resource }));
}

const serviceOperations: Readonly<Record<string, string>> = {
  GET: 'GetService',
  POST: 'CreateService',
  PUT: 'UpdateService',
  DELETE: 'DeleteService',
};

/** The name in the path, or for a create the one in the body. */
const resourceName = (target: Target, body: unknown): string =>
  target.id ?? (body as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? '';

async function services(world: World, target: Target, request: RestCall): Promise<RestAnswer | undefined> {
  const { verb } = request;
  if (verb === 'GET' && target.id === undefined) return listServices(world, target, request.url);
  const operation = lookup(iamNames, target.verb) ?? lookup(serviceOperations, verb) ?? verb;
  const resource = resourceName(target, request.body);
  await pass(world.context, { operation, region: target.location, resource });
  return target.verb === undefined ? oneService(world, target, request) : iamCall(world, target, request);
}

function oneService(world: World, target: Target, request: RestCall): RestAnswer | undefined {
  const created = request.verb === 'POST' && target.id === undefined;
  if (created || request.verb === 'PUT') return write(world, target, request);
  if (request.verb === 'DELETE') return removeService(world, target);
  return request.verb === 'GET' ? ok(writeService(find(world, serviceRef(target, target.id ?? '')))) : undefined;
}

function allRevisions(world: World, target: Target): { entity: Entity; revision: Revision; sequence: number }[] {
  const found = world.store
    .list('service', target)
    .flatMap((entity) => entity.revisions.map((revision) => ({ entity, revision })));
  return found.map((item, index) => ({ ...item, sequence: found.length - index }));
}

async function revisions(world: World, target: Target, request: RestCall): Promise<RestAnswer | undefined> {
  await pass(world.context, {
    operation: `${request.verb === 'DELETE' ? 'Delete' : 'Get'}Revision`,
    region: target.location,
  });
  const all = allRevisions(world, target);
  if (target.id === undefined) {
    const selector = request.url.searchParams.get('labelSelector');
    const own = all.filter(({ entity, revision }) => selected(revisionLabels(entity, revision), selector));
    const shown = page(`v1/${target.project}/${target.location}/revisions`, own, pageOf(request.url));
    const metadata = shown.nextPageToken === undefined ? {} : { continue: shown.nextPageToken };
    const items = shown.items.map(({ entity, revision }) => writeRevision(entity, revision));
    return ok({ apiVersion: 'serving.knative.dev/v1', kind: 'RevisionList', metadata, items });
  }
  const one = all.find(({ revision }) => revision.id === target.id);
  if (!one) throw notFound(target.id);
  if (request.verb === 'GET') return ok(writeRevision(one.entity, one.revision));
  if (request.verb !== 'DELETE') return undefined;
  removeRevision(world, one.entity, one.revision, false);
  return ok({ status: 'Success', details: { name: one.revision.id, kind: 'revisions', uid: one.revision.uid } });
}

async function operations(world: World, target: Target, request: RestCall): Promise<RestAnswer | undefined> {
  if (target.id === undefined) return undefined;
  const name = `projects/${target.project}/locations/${target.location}/operations/${target.id}`;
  await pass(world.context, {
    operation: target.verb === 'wait' ? 'WaitOperation' : 'GetOperation',
    region: target.location,
  });
  const operation = findOperation(world, name);
  if (request.verb === 'GET') return ok(writeOperation(operation));
  if (request.verb !== 'POST' || target.verb !== 'wait') return undefined;
  const timeout = (request.body as { timeout?: string } | undefined)?.timeout;
  return ok(writeOperation(await waitFor(world, operation, timeout)));
}

const collections = { services, revisions, operations } as const;

/** The v1 API: the view of Cloud Run that gcloud speaks. Undefined for paths that are not v1's. */
export async function knativeView(world: World, request: RestCall): Promise<RestAnswer | undefined> {
  const target = targetOf(request.url);
  if (!target) return undefined;
  checkQuery(request.url);
  if (target.location !== '-') checkLocation(target.location);
  return collections[target.collection as keyof typeof collections](world, target, request);
}
