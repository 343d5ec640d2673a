import { timestamp } from './conditions.ts';
import type { Entity, Operation, Revision, TrafficTarget } from './model.ts';

const creator = 'sandbox@homeostasis.invalid';

/** Changes with every change a user makes, and with nothing else. */
export const etagOf = (entity: Entity): string =>
  `"${Buffer.from(`${entity.uid}/${entity.generation}/${entity.updateTime}`).toString('base64url').slice(-24)}"`;

/** Kept for thirty days in the documentation of `expire_time`. */
const retention = 30 * 24 * 3600 * 1000;

function common(entity: Entity): object {
  const deleted = entity.deleteTime;
  return {
    name: entity.name,
    uid: entity.uid,
    generation: String(entity.generation),
    createTime: timestamp(entity.createTime),
    updateTime: timestamp(entity.updateTime),
    ...(deleted === undefined ? {} : { deleteTime: timestamp(deleted), expireTime: timestamp(deleted + retention) }),
    creator,
    lastModifier: creator,
    observedGeneration: String(entity.observedGeneration),
    terminalCondition: entity.terminal,
    conditions: entity.conditions,
    latestReadyRevision: entity.latestReady && `${entity.name}/revisions/${entity.latestReady}`,
    latestCreatedRevision: entity.latestCreated && `${entity.name}/revisions/${entity.latestCreated}`,
    reconciling: entity.operation !== undefined,
    etag: etagOf(entity),
  };
}

/** The revision a target sends to: the one named, else the latest ready one. */
export const targetRevision = (entity: Entity, target: TrafficTarget): string | undefined =>
  target.revision?.split('/').at(-1) ?? entity.latestReady;

function trafficStatuses(entity: Entity): object[] {
  if (entity.latestReady === undefined) return [];
  return (entity.desired.traffic ?? []).map((target) => {
    const uri = target.tag === undefined ? {} : { uri: entity.uri };
    const revision = target.revision === undefined ? {} : { revision: targetRevision(entity, target) };
    return { ...target, ...revision, ...uri };
  });
}

function splitStatuses(entity: Entity): object[] {
  if (entity.latestReady === undefined) return [];
  return (entity.desired.instanceSplits ?? []).map((target) => ({
    ...target,
    revision: targetRevision(entity, target),
  }));
}

/** A Service or a WorkerPool as v2 shows it. */
export function renderEntity(entity: Entity): object {
  if (entity.kind === 'workerPool') {
    return { ...entity.desired, ...common(entity), instanceSplitStatuses: splitStatuses(entity) };
  }
  const uri = entity.uri === undefined ? {} : { uri: entity.uri, urls: [entity.uri] };
  return { ...entity.desired, ...common(entity), ...uri, trafficStatuses: trafficStatuses(entity) };
}

export const revisionName = (entity: Entity, revision: Revision): string => `${entity.name}/revisions/${revision.id}`;

/** A Revision as v2 shows it; `service` is the short name of the parent. */
export function renderRevision(entity: Entity, revision: Revision): object {
  const { revision: _named, ...template } = revision.template;
  const min = template.scaling?.minInstanceCount;
  return {
    ...template,
    name: revisionName(entity, revision),
    uid: revision.uid,
    generation: String(revision.generation),
    createTime: timestamp(revision.createTime),
    updateTime: timestamp(revision.createTime),
    launchStage: entity.desired.launchStage,
    service: entity.ref.id,
    reconciling: revision.state === 'deploying',
    conditions: revision.conditions,
    observedGeneration: String(revision.generation),
    creator: revision.creator,
    logUri: `https://console.cloud.google.com/logs/viewer?project=${entity.ref.project}&resource=cloud_run_revision/service_name/${entity.ref.id}/revision_name/${revision.id}`,
    ...(min === undefined ? {} : { scalingStatus: { desiredMinInstanceCount: min } }),
    etag: `"${Buffer.from(`${revision.uid}/${revision.state}`).toString('base64url').slice(0, 24)}"`,
  };
}

/** `google.longrunning.Operation`: metadata always, then response or error once it is done. */
export function renderOperation(operation: Operation): object {
  const type = `type.googleapis.com/google.cloud.run.v2.${operation.type}`;
  const metadata = { '@type': type, ...operation.metadata };
  if (operation.outcome === undefined) return { name: operation.name, metadata };
  if ('error' in operation.outcome)
    return { name: operation.name, metadata, done: true, error: operation.outcome.error };
  return { name: operation.name, metadata, done: true, response: { '@type': type, ...operation.outcome.response } };
}

export const defaultCreator = creator;
