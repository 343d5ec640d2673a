import { standing } from '../core/fault-book.ts';
import type { FaultScope, SandboxContext } from '../core/types.ts';
import type { Entity, Operation } from './model.ts';
import { createParking } from './parking.ts';
import { renderEntity } from './render.ts';
import type { Store } from './store.ts';
import { codes } from './status.ts';
import { capacityFailure, markFailed, markReady, markReconciling, startupFailure } from './transitions.ts';
import type { Failure } from './transitions.ts';
import { instancesOf, planWorkload, servingRevision, workloadId } from './workload-plan.ts';
import type { WorkloadPlan } from './workload-plan.ts';

/** Brings what runs in line with what is desired, one operation at a time per entity; a newer operation ends the one before. */
export interface Reconciler {
  begin(entity: Entity, operation: Operation): void;
  remove(entity: Entity, operation: Operation): void;
  close(): void;
}

const firstPollMs = 10;
const slowestPollMs = 250;

const scopeOf = (entity: Entity): FaultScope => ({
  cloud: 'gcp',
  region: entity.ref.location,
  resource: entity.ref.id,
});

export function createReconciler(context: SandboxContext, store: Store): Reconciler {
  const { clock, faults, timings, workloads } = context;
  const parking = createParking(faults);
  const timers = new Set<() => void>();

  function later(ms: number, work: () => void): void {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      work();
    });
    timers.add(cancel);
  }

  function supersede(entity: Entity, operation: Operation): void {
    const before = entity.operation;
    entity.operation = operation;
    if (before === undefined) return;
    const message = `Operation was superseded by a newer change of '${entity.ref.id}'.`;
    store.finish(before, { error: { code: codes.ABORTED.number, message } });
  }

  function finish(entity: Entity, operation: Operation, failure?: Failure): void {
    entity.operation = undefined;
    const error = failure && markFailed(entity, failure, clock.now());
    if (!error) markReady(entity, clock.now());
    operation.metadata = renderEntity(entity);
    store.finish(operation, error ? { error } : { response: renderEntity(entity) });
  }

  /** Back to the revision that served before, or to no instance at all: the address stays in any case. */
  async function fallBack(entity: Entity, plan: WorkloadPlan): Promise<void> {
    const ready = entity.revisions.find((revision) => revision.id === entity.latestReady);
    const replicas = ready ? instancesOf(entity, { ...entity.desired, template: ready.template }) : 0;
    await workloads.apply(planWorkload(entity, ready ?? plan.revision, replicas).spec);
  }

  async function fail(entity: Entity, operation: Operation, failure: Failure): Promise<void> {
    const revision = servingRevision(entity);
    finish(entity, operation, failure);
    if (revision) await fallBack(entity, planWorkload(entity, revision, 0));
  }

  /** Runs one step; whatever it throws ends the operation with INTERNAL instead of leaving it open for ever. */
  function step(entity: Entity, operation: Operation, work: () => Promise<void>): void {
    if (entity.operation !== operation) return;
    const stuck = faults.strikes('stuck', scopeOf(entity));
    if (stuck) {
      parking.park(stuck, () => step(entity, operation, work));
      return;
    }
    work().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (entity.operation === operation) finish(entity, operation, { code: 'INTERNAL', message, reason: 'INTERNAL' });
    });
  }

  async function launch(entity: Entity, operation: Operation): Promise<void> {
    const revision = servingRevision(entity);
    if (!revision) throw new Error(`'${entity.ref.id}' sends its traffic to a revision that does not exist`);
    const plan = planWorkload(entity, revision, instancesOf(entity, entity.desired));
    const running = workloads.status(plan.spec.id);
    const grows = revision.state === 'deploying' || plan.spec.replicas > (running?.desired ?? 0);
    if (grows && faults.strikes('capacity', scopeOf(entity))) {
      await fail(entity, operation, capacityFailure(entity.ref.location));
      return;
    }
    const status = await workloads.apply(plan.spec);
    if (status.address !== undefined) entity.uri = `http://${status.address}`;
    watch(entity, operation, {
      plan,
      deadline: clock.now() + timings.provisionMs + plan.startupMs,
      waitMs: firstPollMs,
    });
  }

  interface Watch {
    readonly plan: WorkloadPlan;
    readonly deadline: number;
    readonly waitMs: number;
  }

  function watch(entity: Entity, operation: Operation, state: Watch): void {
    if (entity.operation !== operation) return;
    const progress = progressOf(state);
    if (progress === 'ready') {
      finish(entity, operation);
    } else if (progress === 'waiting') {
      later(state.waitMs, () =>
        watch(entity, operation, { ...state, waitMs: Math.min(state.waitMs * 2, slowestPollMs) }),
      );
    } else {
      step(entity, operation, () => fail(entity, operation, startupFailure(state.plan.revision, progress.detail)));
    }
  }

  function progressOf({ plan, deadline }: Watch): 'ready' | 'waiting' | { readonly detail: string | undefined } {
    // A region that is down reports nothing: neither success nor failure, until it is back.
    if (standing(faults, 'region-down', plan.spec)) return 'waiting';
    const replicas = workloads.status(plan.spec.id)?.replicas ?? [];
    const own = replicas.filter((replica) => replica.revision === plan.revision.id);
    if (own.filter((replica) => replica.state === 'ready').length >= plan.spec.replicas) return 'ready';
    const broken = own.length > 0 && own.every((replica) => replica.state === 'failed');
    if (!broken && clock.now() < deadline) return 'waiting';
    return { detail: own.find((replica) => replica.reason !== undefined)?.reason };
  }

  async function erase(entity: Entity, operation: Operation): Promise<void> {
    await workloads.remove(workloadId(entity));
    entity.operation = undefined;
    store.entities.delete(entity.name);
    operation.metadata = renderEntity(entity);
    store.finish(operation, { response: renderEntity(entity) });
  }

  return {
    begin(entity, operation) {
      supersede(entity, operation);
      markReconciling(entity, clock.now());
      operation.metadata = renderEntity(entity);
      // The runner takes the provisioning time itself, before it starts the first replica of a revision.
      later(0, () => step(entity, operation, () => launch(entity, operation)));
    },
    remove(entity, operation) {
      supersede(entity, operation);
      entity.deleteTime = clock.now();
      operation.metadata = renderEntity(entity);
      later(timings.deleteMs, () => step(entity, operation, () => erase(entity, operation)));
    },
    close() {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
