import { counted } from '../../shared/domain/counted.ts';
import type { Report, ReportReason } from '../../shared/contracts/deployment-reported.ts';
import type { DeploymentKey } from '../../shared/ports/cloud-target.ts';
import { driftOf, plannedReplicas } from './drift.ts';
import { failureReason } from './failure-reason.ts';
import type { Resource, Revision } from './gcp-api.ts';
import { specHashOf } from './tags.ts';

/** One of our resources, with whose it is. */
export interface Standing {
  readonly identity: DeploymentKey;
  readonly resource: Resource;
}

/** What happened to it, beyond its identity. */
type State = Pick<Report, 'phase' | 'reason' | 'message'>;

/** Nothing of ours is there. */
export function absent(key: DeploymentKey): Report {
  const { application, service, target, generation } = key;
  return {
    ...{ application, service, target, generation },
    phase: 'absent',
    reason: 'NotFound',
    message: `no Cloud Run service or worker pool of ${application}/${service} on ${target}`,
    replicas: { desired: 0, ready: 0 },
  };
}

/**
 * Provider state → report. Cloud Run tells no count of running instances: with a ready revision, all the instances it was told to keep
 * count as ready, with any other, none.
 * @param revision The latest created revision, read when the resource failed: only there stands why.
 */
export function toReport({ identity, resource }: Standing, revision?: Revision): Report {
  const state = stateOf(resource, revision);
  const { application, service, target, generation } = identity;
  const hash = specHashOf(resource.body);
  return {
    ...{ application, service, target, generation },
    ...state,
    message: state.message.slice(0, 2000),
    replicas: replicasOf(resource, state),
    ...(hash === undefined ? {} : { specHash: hash.slice(0, 64) }),
    ...(state.phase === 'removing' ? {} : standingFacts(resource)),
    resources: [resource.body.name ?? ''],
  };
}

/** What is worth telling of something that stays. */
function standingFacts(resource: Resource): Pick<Report, 'endpoint' | 'drift'> {
  const uri = resource.kind === 'service' ? resource.body.uri : undefined;
  const drift = driftOf(resource);
  return { ...(uri ? { endpoint: uri } : {}), ...(drift.length === 0 ? {} : { drift }) };
}

function replicasOf(resource: Resource, { phase }: State): Report['replicas'] {
  const told = instancesOf(resource) ?? 0;
  const serves = phase === 'ready' || phase === 'degraded';
  return { desired: plannedReplicas(resource) ?? told, ready: serves ? told : 0 };
}

/** Instances it was told to keep; undefined where Cloud Run scales by itself. */
function instancesOf(resource: Resource): number | undefined {
  const manual = resource.body.scaling?.manualInstanceCount ?? undefined;
  if (resource.kind === 'workerPool') return manual;
  const byHand = String(resource.body.scaling?.scalingMode) === 'MANUAL';
  return byHand ? manual : (resource.body.template?.scaling?.minInstanceCount ?? undefined);
}

export const failed = ({ body }: Resource): boolean =>
  !inProgress(body) && body.deleteTime == null && String(body.terminalCondition?.state) === 'CONDITION_FAILED';

type Body = Resource['body'];

function inProgress(body: Body): boolean {
  const state = String(body.terminalCondition?.state);
  const behind = Number(String(body.observedGeneration ?? 0)) < Number(String(body.generation ?? 0));
  return body.reconciling === true || behind || !['CONDITION_SUCCEEDED', 'CONDITION_FAILED'].includes(state);
}

const short = (name: string | null | undefined): string => name?.split('/').at(-1) ?? 'none';

function stateOf(resource: Resource, revision: Revision | undefined): State {
  const { body } = resource;
  const latest = short(body.latestCreatedRevision);
  if (body.deleteTime != null) {
    return { phase: 'removing', reason: 'Removing', message: `${short(body.name)} is being deleted` };
  }
  if (inProgress(body)) {
    const detail = body.terminalCondition?.message ?? '';
    return {
      phase: 'progressing',
      reason: 'Provisioning',
      message: `revision ${latest} is on its way. ${detail}`.trim(),
    };
  }
  if (failed(resource)) return failure(body, revision);
  return settledState(resource, latest);
}

function failure(body: Body, revision: Revision | undefined): State {
  const own = body.terminalCondition ?? {};
  const ready = revision?.conditions?.find(({ type }) => type === 'Ready');
  const reason: ReportReason = failureReason(own, ready);
  const serving = body.latestReadyRevision ? ` Revision ${short(body.latestReadyRevision)} goes on serving.` : '';
  return {
    phase: 'failed',
    reason,
    message: `${own.message || ready?.message || 'Cloud Run gave no reason.'}${serving}`,
  };
}

function settledState(resource: Resource, latest: string): State {
  const { body } = resource;
  const name = short(body.name);
  const instances = instancesOf(resource);
  const wanted = plannedReplicas(resource) ?? instances ?? 0;
  const unready = body.latestReadyRevision !== body.latestCreatedRevision;
  const unreachable = resource.kind === 'service' && !resource.body.uri;
  if (unready || unreachable) {
    const lacks = unready ? `revision ${latest} is not the ready one yet` : 'it has no address yet';
    return { phase: 'progressing', reason: 'Provisioning', message: `${name}: ${lacks}` };
  }
  const kept = `revision ${latest} is ready; Cloud Run was told to keep ${instances ?? 'as many instances as it likes'}`;
  const fewer = (instances ?? 0) < wanted;
  return fewer
    ? { phase: 'degraded', reason: 'Observed', message: `${kept} of ${counted(wanted, 'replica')} asked for` }
    : { phase: 'ready', reason: 'Observed', message: kept };
}
