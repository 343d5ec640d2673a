import { condition, withCondition } from './conditions.ts';
import { ingressContainer, portOf } from './defaults.ts';
import type { Condition, ConditionState, Entity, Revision } from './model.ts';
import { codes } from './status.ts';
import type { CanonicalCode, RpcStatus } from './status.ts';

/** Why a revision or a whole service did not become ready. */
export interface Failure {
  readonly code: CanonicalCode;
  readonly message: string;
  readonly reason?: string;
  readonly revisionReason?: string;
}

const subconditions = { service: ['ConfigurationsReady', 'RoutesReady'], workerPool: ['ConfigurationsReady'] } as const;
const revisionConditions = ['ResourcesAvailable', 'ContainerHealthy'] as const;

type Cause = Partial<Pick<Condition, 'message' | 'reason' | 'revisionReason'>>;

function setAll(entity: Entity, state: ConditionState, now: number, cause: Cause): void {
  for (const type of subconditions[entity.kind]) {
    entity.conditions = withCondition(entity.conditions, condition(type, state, now, cause));
  }
  const terminal = withCondition([entity.terminal], condition('Ready', state, now, cause));
  entity.terminal = terminal[0] as Condition;
}

function setRevision(revision: Revision, state: ConditionState, now: number, cause: Cause): void {
  for (const type of ['Ready', ...revisionConditions]) {
    revision.conditions = withCondition(revision.conditions, condition(type, state, now, cause));
  }
}

/** Conditions of something that has only just been asked for. */
export const pendingTerminal = (now: number): Condition => condition('Ready', 'CONDITION_PENDING', now);

export function markReconciling(entity: Entity, now: number): void {
  setAll(entity, 'CONDITION_RECONCILING', now, {});
  const latest = entity.revisions.find((revision) => revision.id === entity.latestCreated);
  if (latest?.state === 'deploying') {
    setRevision(latest, 'CONDITION_RECONCILING', now, { message: 'Deploying revision.' });
  }
}

export function markReady(entity: Entity, now: number): void {
  const latest = entity.revisions.find((revision) => revision.id === entity.latestCreated);
  if (latest) {
    latest.state = 'ready';
    setRevision(latest, 'CONDITION_SUCCEEDED', now, {});
  }
  entity.latestReady = entity.latestCreated;
  entity.observedGeneration = entity.generation;
  setAll(entity, 'CONDITION_SUCCEEDED', now, {});
}

/** The service fails with its revision; what served before goes on serving, so `latestReady` stays. */
export function markFailed(entity: Entity, failure: Failure, now: number): RpcStatus {
  const latest = entity.revisions.find((revision) => revision.id === entity.latestCreated);
  const revisionCause = {
    message: failure.message,
    ...(failure.revisionReason ? { revisionReason: failure.revisionReason } : { reason: failure.reason ?? 'INTERNAL' }),
  };
  const prefix = latest?.state === 'deploying' ? `Revision '${latest.id}' is not ready and cannot serve traffic. ` : '';
  if (latest?.state === 'deploying') {
    latest.state = 'failed';
    setRevision(latest, 'CONDITION_FAILED', now, revisionCause);
  }
  const message = `${prefix}${failure.message}`;
  entity.observedGeneration = entity.generation;
  setAll(entity, 'CONDITION_FAILED', now, {
    message,
    reason: prefix === '' ? (failure.reason ?? 'INTERNAL') : 'REVISION_FAILED',
  });
  return { code: codes[failure.code].number, message };
}

export function startupFailure(revision: Revision, detail: string | undefined): Failure {
  const port = portOf(ingressContainer(revision.template));
  const message = `The user-provided container failed to start and listen on the port defined provided by the PORT=${port} environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might contain more information.`;
  const known = detail === undefined ? '' : ` Last replica: ${detail}.`;
  return { code: 'FAILED_PRECONDITION', message: `${message}${known}`, revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR' };
}

export function capacityFailure(region: string): Failure {
  const message = `Quota exceeded for total allowable CPU per project per region. There is no capacity for new instances in ${region}; try again later or deploy to another region.`;
  return { code: 'RESOURCE_EXHAUSTED', message, reason: 'POSTPONED_RETRY' };
}
