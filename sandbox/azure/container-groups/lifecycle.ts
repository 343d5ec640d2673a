import { conflict } from '../errors.ts';
import type { Operation, Work } from '../operations.ts';
import type { AzureState } from '../state.ts';
import { workloadId, workloadOf, type ContainerGroup } from './model.ts';
import { renderGroup } from './render.ts';

export const view = (state: AzureState, group: ContainerGroup, live = true): Record<string, unknown> =>
  renderGroup(group, state.context.workloads.status(workloadId(group)), live);

export function requireIdle(group: ContainerGroup): void {
  if (group.operation?.status !== 'InProgress') return;
  throw conflict(
    'ContainerGroupTransitioning',
    `The container group '${group.name}' is still transitioning, please retry later.`,
  );
}

/** Starts an operation and keeps the provisioning state in step: `Pending` while a group is made, `Updating` or `Deleting` later. */
async function operate(
  state: AzureState,
  group: ContainerGroup,
  work: Pick<Work, 'kind' | 'durationMs' | 'begin' | 'finish'>,
): Promise<Operation> {
  group.provisioningState = { create: 'Pending', delete: 'Deleting' }[work.kind as string] ?? 'Updating';
  group.operation = await state.operations.start({
    ...work,
    subscription: group.subscription,
    region: group.region,
    resource: group,
    async finish(failure) {
      const error = failure ?? (await work.finish(failure));
      group.provisioningState = error ? 'Failed' : 'Succeeded';
      return error;
    },
    ...(work.kind === 'restart' || work.kind === 'start' ? {} : { result: () => view(state, group) }),
  });
  return group.operation;
}

const done = () => Promise.resolve(undefined);

/** (Re)creates what runs; image, environment and ports of a present group change by a fresh replica before the old one goes. */
export function run(state: AzureState, group: ContainerGroup, kind: 'create' | 'update' | 'start'): Promise<Operation> {
  group.stopped = false;
  group.startedAt = state.context.clock.now();
  return operate(state, group, {
    kind,
    durationMs: state.context.timings.provisionMs,
    async begin() {
      await state.context.workloads.apply(workloadOf(group));
    },
    finish: done,
  });
}

/** Stops at once, as the service's `stop` does; the address stays reserved. */
export async function stop(state: AzureState, group: ContainerGroup): Promise<void> {
  group.stopped = true;
  group.changedAt = state.context.clock.now();
  await state.context.workloads.apply(workloadOf(group));
}

/** Restarts in place: the containers go down before they come up again. */
export function restart(state: AzureState, group: ContainerGroup): Promise<Operation> {
  group.stopped = false;
  group.startedAt = state.context.clock.now();
  return operate(state, group, {
    kind: 'restart',
    durationMs: state.context.timings.provisionMs,
    async begin() {
      const workload = workloadOf(group);
      await state.context.workloads.apply({ ...workload, replicas: 0 });
      await state.context.workloads.apply(workload);
    },
    finish: done,
  });
}

export function remove(state: AzureState, group: ContainerGroup): Promise<Operation> {
  return operate(state, group, {
    kind: 'delete',
    durationMs: state.context.timings.deleteMs,
    async finish() {
      await group.release();
      state.drop(group);
      return undefined;
    },
  });
}
