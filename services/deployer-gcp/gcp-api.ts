import { RevisionsClient, ServicesClient, WorkerPoolsClient, type protos } from '@google-cloud/run';
import { createCaller } from './caller.ts';
import { inPages } from './in-pages.ts';
import { clientOptions } from './client-options.ts';
import { Absent } from './errors.ts';
import type { Kind } from './names.ts';
import { withDefaults, type GcpSettings } from './settings.ts';

export type Service = protos.google.cloud.run.v2.IService;
export type WorkerPool = protos.google.cloud.run.v2.IWorkerPool;
export type Revision = protos.google.cloud.run.v2.IRevision;
export type Condition = protos.google.cloud.run.v2.ICondition;
export type Container = protos.google.cloud.run.v2.IContainer;
export type Probe = protos.google.cloud.run.v2.IProbe;

/** A Service or a WorkerPool: planned by us, or as the API shows it. */
export type Resource =
  { readonly kind: 'service'; readonly body: Service } | { readonly kind: 'workerPool'; readonly body: WorkerPool };

/**
 * What `target.ts` uses of the Cloud Run Admin API. Changes are started, never waited for. All errors are those of the port,
 * besides Conflict and Absent; reading what does not exist gives undefined, and deleting it is no error.
 */
export interface RunApi {
  get(kind: Kind, name: string): Promise<Resource | undefined>;
  revision(name: string): Promise<Revision | undefined>;
  create(parent: string, id: string, resource: Resource): Promise<void>;
  /** Replaces the whole resource; with an `etag` in its body, only over what was read. */
  update(resource: Resource): Promise<void>;
  remove(kind: Kind, name: string, etag: string): Promise<void>;
  /** Every resource of the kind in the location, ours or not, page by page. */
  list(kind: Kind, parent: string): Promise<readonly Resource[]>;
  close(): Promise<void>;
}

/** `europe-west1/services/shop-web`: what a person needs of a resource name. */
const short = (name: string | null | undefined): string => (name ?? '').replace(/^projects\/[^/]+\/locations\//, '');

const absent = (error: unknown): undefined => {
  if (error instanceof Absent) return undefined;
  throw error;
};

/**
 * Google's own clients, made once and used for all regions: a Cloud Run client is not bound to one.
 *
 * @example
 * const settings = { project: 'my-project', regions: ['europe-west1'] };
 * const target = createTarget(createApi(settings), settings);
 */
export function createApi(given: GcpSettings): RunApi {
  const settings = withDefaults(given);
  const options = clientOptions(settings);
  const services = new ServicesClient(options);
  const pools = new WorkerPoolsClient(options);
  const revisions = new RevisionsClient(options);
  const run = createCaller(settings);
  // The library retries by canonical codes, which REST does not give it: the caller does it instead, the same on both transports.
  const once = () => ({ timeout: settings.requestTimeoutMs, retry: null as never });
  const paged = () => ({ ...once(), autoPaginate: false });

  return {
    async get(kind, name) {
      const doing = `read ${short(name)}`;
      if (kind === 'service') {
        const body = await run(doing, () => services.getService({ name }, once())).catch(absent);
        return body && { kind, body };
      }
      const body = await run(doing, () => pools.getWorkerPool({ name }, once())).catch(absent);
      return body && { kind, body };
    },
    revision: (name) => run(`read ${short(name)}`, () => revisions.getRevision({ name }, once())).catch(absent),
    async create(parent, id, { kind, body }) {
      const doing = `create ${kind} ${id} in ${short(parent)}`;
      if (kind === 'service') {
        await run(doing, () => services.createService({ parent, serviceId: id, service: body }, once()));
      } else {
        await run(doing, () => pools.createWorkerPool({ parent, workerPoolId: id, workerPool: body }, once()));
      }
    },
    async update({ kind, body }) {
      const doing = `update ${short(body.name)}`;
      if (kind === 'service') await run(doing, () => services.updateService({ service: body }, once()));
      else await run(doing, () => pools.updateWorkerPool({ workerPool: body }, once()));
    },
    async remove(kind, name, etag) {
      const doing = `delete ${short(name)}`;
      if (kind === 'service') await run(doing, () => services.deleteService({ name, etag }, once())).catch(absent);
      else await run(doing, () => pools.deleteWorkerPool({ name, etag }, once())).catch(absent);
    },
    async list(kind, parent) {
      const doing = `list ${kind}s in ${short(parent)}`;
      if (kind === 'service') {
        const all = await inPages(run, doing, (page) => services.listServices({ parent, ...page }, paged()));
        return all.map((body) => ({ kind, body }));
      }
      const all = await inPages(run, doing, (page) => pools.listWorkerPools({ parent, ...page }, paged()));
      return all.map((body) => ({ kind, body }));
    },
    async close() {
      await Promise.all([services.close(), pools.close(), revisions.close()]);
    },
  };
}
