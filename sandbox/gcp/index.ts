import { createMinuteBook } from '../core/metrics/minute-book.ts';
import { sampleUsage } from '../core/metrics/usage-sampler.ts';
import type { CloudFace, SandboxContext } from '../core/types.ts';
import { startGrpc } from './grpc.ts';
import { knativeView } from './knative/view.ts';
import type { Entity } from './model.ts';
import { createReconciler } from './reconcile.ts';
import { startRest, unauthenticated } from './rest.ts';
import { createStore } from './store.ts';
import { defaultQuotas } from './validate.ts';
import type { Quotas } from './validate.ts';
import { workloadId } from './workload-plan.ts';
import type { World } from './world.ts';

export interface GcpOptions {
  /** REST port (v2 and v1), 0 for any. */
  readonly port: number;
  /** gRPC port, 0 for any. */
  readonly grpcPort: number;
  /** Refuse calls that carry no bearer token with UNAUTHENTICATED. What the token says is never checked. */
  readonly requireToken?: boolean;
  readonly quotas?: Partial<Quotas>;
}

export interface GcpFace extends CloudFace {
  /** Calls that came without a bearer token, refused or not. */
  anonymousCalls(): number;
}

const types = { service: 'run.googleapis.com/Service', workerPool: 'run.googleapis.com/WorkerPool' } as const;

const describe = (entity: Entity) => ({
  type: types[entity.kind],
  id: entity.name,
  region: entity.ref.location,
  tags: { ...entity.desired.labels },
});

/** What is measured; of what is gone, the measurements go too. */
function workloadsOf({ store, minutes }: World): readonly string[] {
  const ids = [...store.entities.values()].map(workloadId);
  minutes.keep(new Set(ids));
  return ids;
}

/**
 * Starts the GCP sandbox: one store behind the Cloud Run Admin API v2 over REST and gRPC and the v1 Knative API that
 * gcloud speaks, with Cloud Monitoring's `timeSeries.list` beside it.
 *
 * @example
 * const face = await startGcp(context, { port: 0, grpcPort: 0 });
 * face.endpoints; // { run: 'http://127.0.0.1:40123', runGrpc: 'http://127.0.0.1:40124' }
 */
export async function startGcp(context: SandboxContext, options: GcpOptions): Promise<GcpFace> {
  const store = createStore();
  const reconciler = createReconciler(context, store);
  const minutes = createMinuteBook();
  const world: World = { context, store, reconciler, quotas: { ...defaultQuotas, ...options.quotas }, minutes };
  const stopSampling = sampleUsage(
    context,
    () => workloadsOf(world),
    (id, at, replicas) => minutes.add(id, at, replicas),
  );
  let anonymous = 0;
  const authorize = (authorization: string | undefined): void => {
    if (/^Bearer \S+$/i.test(authorization ?? '')) return;
    anonymous += 1;
    if (options.requireToken) throw unauthenticated();
  };
  const rest = await startRest(world, { port: options.port, authorize, views: [knativeView] });
  const grpc = await startGrpc(world, { port: options.grpcPort, authorize });
  return {
    endpoints: { run: `http://127.0.0.1:${rest.port}`, runGrpc: `http://127.0.0.1:${grpc.port}` },
    anonymousCalls: () => anonymous,
    resources: () => [...store.entities.values()].map(describe),
    async close() {
      stopSampling();
      reconciler.close();
      grpc.close();
      rest.server.closeAllConnections();
      await new Promise<void>((resolve) => rest.server.close(() => resolve()));
    },
  };
}
