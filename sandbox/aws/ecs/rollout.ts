import { isInput } from '../wire/input.ts';
import { tell } from './events.ts';
import type { Deployment, Service, Task } from './state.ts';

export const liveTasks = (service: Service, deployment?: Deployment): Task[] =>
  [...service.tasks.values()].filter(
    (task) => task.stoppedAt === undefined && (deployment === undefined || task.deployment === deployment),
  );

export const isRunning = (task: Task) => task.state === 'running' || task.state === 'ready';

/** Whether the primary deployment stands alone with all its tasks healthy: a steady state. */
export function isSteady(service: Service): boolean {
  const [primary] = service.deployments;
  if (primary?.placed !== service.desired) return false;
  const tasks = liveTasks(service);
  return (
    tasks.length === service.desired && tasks.every((task) => task.deployment === primary && task.state === 'ready')
  );
}

export function complete(service: Service, now: number): void {
  const [primary] = service.deployments;
  // Scaling and replacing tasks end in a steady state too; said twice in a row it is told once.
  if (primary?.rolloutState === 'COMPLETED') return tell(service, now, 'has reached a steady state.');
  if (primary === undefined || primary.rolloutState !== 'IN_PROGRESS') return;
  primary.rolloutState = 'COMPLETED';
  primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
  primary.updatedAt = new Date(now);
  service.deployments = [primary];
  if (service.express !== undefined) {
    for (const id of service.express.configurations.keys())
      if (id !== primary.id) service.express.configurations.delete(id);
  }
  tell(service, now, `(deployment ${primary.id}) deployment completed.`);
  tell(service, now, 'has reached a steady state.');
}

/** A task that runs but stays unhealthy is replaced by ECS; the replica keeps running here, so each such period counts once. */
export function countUnhealthy(service: Service, now: number, patienceMs: number): void {
  for (const task of liveTasks(service)) {
    if (task.unhealthySince === undefined || now - task.unhealthySince < patienceMs) continue;
    task.unhealthySince = now;
    task.deployment.failedTasks++;
    tell(service, now, `(task ${task.id}) failed container health checks.`);
  }
}

interface Breaker {
  readonly enable: boolean;
  readonly rollback: boolean;
}

export function breakerOf(service: Service): Breaker {
  const configuration = service.shape['deploymentConfiguration'];
  const breaker = isInput(configuration) ? configuration['deploymentCircuitBreaker'] : undefined;
  if (!isInput(breaker)) return { enable: false, rollback: false };
  return { enable: breaker['enable'] === true, rollback: breaker['rollback'] === true };
}

/**
 * Half of the desired tasks, but at least 3 and at most 200.
 * Source: Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures", failure threshold.
 */
export const failureThreshold = (desired: number) => Math.min(200, Math.max(3, Math.ceil(desired * 0.5)));

/** Fails the primary deployment when the circuit breaker trips; returns it then. */
export function trip(service: Service, now: number): Deployment | undefined {
  const [primary] = service.deployments;
  if (primary === undefined || primary.rolloutState !== 'IN_PROGRESS' || !breakerOf(service).enable) return undefined;
  if (primary.failedTasks < failureThreshold(service.desired)) return undefined;
  primary.rolloutState = 'FAILED';
  primary.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
  primary.updatedAt = new Date(now);
  tell(service, now, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
  return primary;
}
