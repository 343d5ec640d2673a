import { createHash } from 'node:crypto';
import type { ReplicaStatus, WorkloadStatus } from '../../core/types.ts';
import { tell } from './events.ts';
import type { Service, Task } from './state.ts';

/** Stopped tasks can be described for an hour on ECS; the latest twenty of a service are enough here. */
const keptStopped = 20;

/** A replica that is launched again is a new task: ECS never restarts one. */
const taskId = (replica: ReplicaStatus) =>
  createHash('sha256').update(`${replica.id}#${replica.restarts}`).digest('hex').slice(0, 32);

function update(task: Task, replica: ReplicaStatus, now: number): void {
  task.state = replica.state;
  if (replica.address !== undefined) task.address = replica.address;
  const runs = replica.state === 'running' || replica.state === 'ready';
  if (runs) task.startedAt ??= new Date(now);
  if (replica.state === 'running') task.unhealthySince ??= now;
  else delete task.unhealthySince;
}

function stop(service: Service, task: Task, reason: string, now: number): void {
  task.stoppedAt = new Date(now);
  task.stoppedReason = reason;
  task.state = 'stopping';
  // Only what fails while a rollout is on its way counts against the rollout.
  if (reason.startsWith('Scaling')) return;
  task.deployment.failedTasks++;
  tell(service, now, `(task ${task.id}) stopped: ${reason}`);
}

function add(service: Service, replica: ReplicaStatus, now: number): Task | undefined {
  const deployment = service.deployments.find((candidate) => candidate.id === replica.revision);
  if (deployment === undefined) return undefined;
  const task: Task = { id: taskId(replica), deployment, createdAt: new Date(now), state: replica.state };
  service.tasks.set(task.id, task);
  return task;
}

function forgetOld(service: Service): void {
  const stopped = [...service.tasks.values()].filter((task) => task.stoppedAt !== undefined);
  stopped.slice(0, Math.max(0, stopped.length - keptStopped)).forEach((task) => service.tasks.delete(task.id));
}

/** Between two looks a replica may have been launched more than once. */
const looksBack = 10;

function wasEarlier(replica: ReplicaStatus, task: Task): boolean {
  const first = Math.max(0, replica.restarts - looksBack);
  for (let restarts = first; restarts < replica.restarts; restarts++) {
    if (taskId({ ...replica, restarts }) === task.id) return true;
  }
  return false;
}

/** A crash shows as a later launch of the same replica; the task of the earlier launch is the one that failed. */
function whyGone(service: Service, task: Task, live: readonly ReplicaStatus[]): string {
  const crashed = live.find((replica) => wasEarlier(replica, task));
  if (crashed === undefined) return `Scaling activity initiated by (deployment ${service.deployments[0]?.id})`;
  return `Essential container in task exited (${crashed.reason ?? 'unknown'})`;
}

function stopGone(service: Service, live: readonly ReplicaStatus[], now: number): void {
  const present = new Set(live.map(taskId));
  for (const task of service.tasks.values()) {
    if (task.stoppedAt === undefined && !present.has(task.id)) stop(service, task, whyGone(service, task, live), now);
  }
}

/** Brings a service's tasks in line with what the runner runs. */
export function observeTasks(service: Service, status: WorkloadStatus | undefined, now: number): void {
  const live = (status?.replicas ?? []).filter((replica) => replica.state !== 'stopping');
  stopGone(service, live, now);
  const started: Task[] = [];
  for (const replica of live) {
    const held = service.tasks.get(taskId(replica));
    // A runner may use a replica's name again after scaling in and out: the stopped task gives way to a new one.
    const known = held?.stoppedAt === undefined ? held : undefined;
    const task = known ?? add(service, replica, now);
    if (task === undefined) continue;
    if (known === undefined) started.push(task);
    update(task, replica, now);
  }
  if (started.length > 0) {
    const names = started.map((task) => `(task ${task.id})`).join(' ');
    tell(service, now, `has started ${started.length} tasks: ${names}.`);
  }
  forgetOld(service);
}
