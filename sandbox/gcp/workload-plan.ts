import type { WorkloadSpec } from '../core/types.ts';
import { ingressContainer, portOf } from './defaults.ts';
import type { Container, Desired, Entity, EnvVar, Probe, Revision, TrafficTarget } from './model.ts';

/** What has to run for an entity to be as it is desired. */
export interface WorkloadPlan {
  readonly revision: Revision;
  readonly spec: WorkloadSpec;
  /** Time the first replica has to become ready, from its startup probe: 240 s unless it says otherwise. */
  readonly startupMs: number;
}

/** Instances kept running. A service scaled to zero still has one here: the first instance that Cloud Run starts to check it. */
export function instancesOf(entity: Entity, desired: Desired): number {
  const scaling = desired.scaling ?? {};
  if (entity.kind === 'workerPool') return scaling.manualInstanceCount ?? 1;
  if (scaling.scalingMode === 'MANUAL') return scaling.manualInstanceCount ?? 0;
  return Math.max(1, desired.template?.scaling?.minInstanceCount ?? 0, scaling.minInstanceCount ?? 0);
}

function environmentValue(variable: EnvVar): string {
  const secret = variable.valueSource?.secretKeyRef;
  // There is no Secret Manager here: the workload sees which secret it would have been given, never a value.
  return secret === undefined
    ? (variable.value ?? '')
    : `secret:${secret.secret ?? ''}/versions/${secret.version ?? 'latest'}`;
}

function systemEnvironment(entity: Entity, revision: Revision, container: Container): Record<string, string> {
  const { id } = entity.ref;
  if (entity.kind === 'workerPool') return { CLOUD_RUN_WORKER_POOL: id, CLOUD_RUN_WORKER_POOL_REVISION: revision.id };
  return { PORT: String(portOf(container)), K_SERVICE: id, K_REVISION: revision.id, K_CONFIGURATION: id };
}

function startupMs(probe: Probe | undefined): number {
  const tries = (probe?.periodSeconds ?? 10) * (probe?.failureThreshold ?? 3);
  return probe === undefined ? 240_000 : ((probe.initialDelaySeconds ?? 0) + tries) * 1000;
}

const healthPath = (container: Container): string | undefined =>
  [container.startupProbe, container.readinessProbe, container.livenessProbe].find((probe) => probe?.httpGet)?.httpGet
    ?.path;

export const workloadId = (entity: Entity): string =>
  `gcp/${entity.ref.location}/run/${entity.ref.project}/${entity.kind === 'service' ? 'services' : 'workerPools'}/${entity.ref.id}`;

/**
 * The revision that runs: the one with the largest share of the traffic. One front stands for the whole service, so a split between
 * two revisions is reported as asked but served by the larger of the two.
 */
export function servingRevision(entity: Entity): Revision | undefined {
  const targets: readonly TrafficTarget[] = entity.desired.traffic ?? entity.desired.instanceSplits ?? [];
  const largest = [...targets].sort((left, right) => (right.percent ?? 0) - (left.percent ?? 0))[0];
  const wanted = largest?.revision?.split('/').at(-1) ?? entity.latestCreated;
  return entity.revisions.find((revision) => revision.id === wanted);
}

export function planWorkload(entity: Entity, revision: Revision, replicas: number): WorkloadPlan {
  const container = ingressContainer(revision.template);
  const variables = (container.env ?? []).map((variable) => [variable.name ?? '', environmentValue(variable)] as const);
  const command = [...(container.command ?? []), ...(container.args ?? [])];
  const path = healthPath(container);
  const spec: WorkloadSpec = {
    id: workloadId(entity),
    cloud: 'gcp',
    region: entity.ref.location,
    resource: entity.ref.id,
    revision: revision.id,
    image: container.image ?? '',
    environment: { ...Object.fromEntries(variables), ...systemEnvironment(entity, revision, container) },
    replicas,
    ...(command.length > 0 ? { command } : {}),
    ...(entity.kind === 'service' ? { port: portOf(container) } : {}),
    ...(path === undefined ? {} : { healthPath: path }),
  };
  return { revision, spec, startupMs: startupMs(container.startupProbe) };
}
