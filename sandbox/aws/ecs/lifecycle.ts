import type { Fault, SandboxContext } from '../../core/types.ts';
import { capacityMessage, tell } from './events.ts';
import { observeTasks } from './observe.ts';
import { breakerOf, complete, countUnhealthy, isSteady, trip } from './rollout.ts';
import { workloadId, type Deployment, type Service, type TaskDefinition } from './state.ts';
import type { TargetGroups } from './target-groups.ts';
import { workloadSpec } from './workload-spec.ts';

/** What happens to a service after the API has answered. */
export interface Lifecycle {
  /** Starts a deployment of that definition (new, or forced) as the primary one; `prepare` sees it before anything is placed. */
  deploy(
    service: Service,
    taskDefinition: TaskDefinition,
    prepare?: (deployment: Deployment) => void,
  ): Promise<Deployment>;
  /** `service.desired` has changed. */
  scale(service: Service): Promise<void>;
  /** DRAINING, then INACTIVE. */
  drain(service: Service): void;
  /** Brings tasks, events and rollout state up to date; every read does this first. */
  sync(service: Service): void;
}

/** A task that runs this long without passing its health check has failed. */
const healthPatienceMs = 3_000;

export function createLifecycle(context: SandboxContext, targetGroups: TargetGroups): Lifecycle {
  const { clock, timings, faults, workloads } = context;
  const tickMs = Math.min(1_000, Math.max(100, timings.provisionMs / 4));
  const ticking = new Set<Service>();
  let serial = clock.now() * 1_000;

  const scopeOf = (service: Service) => ({ cloud: 'aws' as const, region: service.region, resource: service.name });
  // A fault that ended by `times` has swallowed this operation for good; one that still stands does so until it is taken away.
  const isStuck = (fault: Fault | undefined) =>
    fault !== undefined && (fault.times !== undefined || faults.list().some((standing) => standing.id === fault.id));

  /** Whether more room is needed than the runner was given: only then can capacity run dry. */
  function needsRoom(service: Service): boolean {
    const [primary] = service.deployments;
    return service.desired > (primary?.placed ?? 0);
  }

  async function place(service: Service): Promise<void> {
    const [primary] = service.deployments;
    if (primary === undefined || service.status !== 'ACTIVE' || isStuck(primary.stuck)) return;
    if (primary.placed === service.desired) return;
    if (needsRoom(service) && faults.strikes('capacity', scopeOf(service)) !== undefined) {
      tell(service, clock.now(), capacityMessage);
      return;
    }
    primary.placed = service.desired;
    await workloads.apply(workloadSpec(service, primary, targetGroups));
  }

  function tick(service: Service): void {
    if (ticking.has(service)) return;
    ticking.add(service);
    clock.after(tickMs, () => {
      ticking.delete(service);
      void step(service);
    });
  }

  const settled = (service: Service) =>
    service.status !== 'ACTIVE' ||
    (service.deployments[0]?.rolloutState !== 'IN_PROGRESS' && service.deployments[0]?.placed === service.desired);

  async function step(service: Service): Promise<void> {
    await place(service);
    sync(service);
    if (!settled(service)) tick(service);
  }

  function sync(service: Service): void {
    if (service.status === 'INACTIVE') return;
    const now = clock.now();
    observeTasks(service, workloads.status(workloadId(service)), now);
    if (service.status !== 'ACTIVE') return;
    countUnhealthy(service, now, Math.max(healthPatienceMs, timings.provisionMs));
    if (isSteady(service)) return complete(service, now);
    const failed = trip(service, now);
    if (failed !== undefined) giveUp(service, failed);
  }

  /** The circuit breaker has tripped: back to what ran before, or, with nothing to go back to, stop launching. */
  function giveUp(service: Service, failed: Deployment): void {
    const last = service.deployments.find((deployment) => deployment.rolloutState === 'COMPLETED');
    const rollback = breakerOf(service).rollback && last !== undefined && last.taskDefinition !== failed.taskDefinition;
    if (rollback) return void rollBack(service, failed, last);
    const spec = workloadSpec(service, last ?? failed, targetGroups);
    void workloads.apply(last === undefined ? { ...spec, replicas: 0 } : spec);
  }

  async function rollBack(service: Service, failed: Deployment, last: Deployment): Promise<void> {
    tell(service, clock.now(), `(deployment ${failed.id}) rolling back to ${last.taskDefinition.arn}.`);
    const configurations = service.express?.configurations;
    const deployment = await deploy(service, last.taskDefinition, ({ id }) => {
      configurations?.set(id, configurations.get(last.id) ?? {});
    });
    if (deployment.rolloutState !== 'IN_PROGRESS') return;
    deployment.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`;
  }

  async function deploy(
    service: Service,
    taskDefinition: TaskDefinition,
    prepare?: (deployment: Deployment) => void,
  ): Promise<Deployment> {
    const now = new Date(clock.now());
    const id = `ecs-svc/${++serial}`;
    const deployment: Deployment = {
      id,
      status: 'PRIMARY',
      taskDefinition,
      createdAt: now,
      updatedAt: now,
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      placed: undefined,
      stuck: faults.strikes('stuck', scopeOf(service)),
    };
    service.deployments.forEach((older) => (older.status = 'ACTIVE'));
    service.deployments = [deployment, ...service.deployments];
    prepare?.(deployment);
    await step(service);
    return deployment;
  }

  function drain(service: Service): void {
    service.status = 'DRAINING';
    service.desired = 0;
    if (faults.strikes('stuck', scopeOf(service)) !== undefined) return;
    const gone = workloads.remove(workloadId(service));
    clock.after(timings.deleteMs, () => {
      void gone.then(() => {
        observeTasks(service, undefined, clock.now());
        service.status = 'INACTIVE';
      });
    });
  }

  return {
    deploy,
    scale: step,
    drain,
    sync,
  };
}
