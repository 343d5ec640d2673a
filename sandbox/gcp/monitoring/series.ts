import type { Entity, Revision } from '../model.ts';
import { workloadId } from '../workload-plan.ts';
import type { World } from '../world.ts';
import type { MetricDescriptor, Value } from './catalogue.ts';
import { limitsOf } from './minute.ts';

export interface Point {
  /** Start of the minute, milliseconds since the epoch. */
  readonly at: number;
  readonly value: Value;
}

export interface Series {
  readonly resourceType: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly metric: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

/** By what the real resources are called: cloud.google.com/monitoring/api/resources. */
function resourceOf({ kind, ref }: Entity, revision: string): Pick<Series, 'resourceType' | 'resource'> {
  const place = { project_id: ref.project, location: ref.location, revision_name: revision };
  if (kind === 'workerPool') {
    return { resourceType: 'cloud_run_worker_pool', resource: { ...place, worker_pool_name: ref.id } };
  }
  return {
    resourceType: 'cloud_run_revision',
    resource: { ...place, service_name: ref.id, configuration_name: ref.id },
  };
}

/** Every series of one metric in a project, with its points in a stretch of time. */
export function seriesOf(
  world: World,
  descriptor: MetricDescriptor,
  of: { readonly project: string; readonly from: number; readonly to: number },
): Series[] {
  const entities = [...world.store.entities.values()].filter(({ ref }) => ref.project === of.project);
  return entities.flatMap((entity) => {
    if (descriptor.requests === true && entity.kind === 'workerPool') return [];
    return entity.revisions.flatMap((revision) => ofRevision(world, { entity, revision, descriptor }, of));
  });
}

interface Asked {
  readonly entity: Entity;
  readonly revision: Revision;
  readonly descriptor: MetricDescriptor;
}

function ofRevision(
  world: World,
  { entity, revision, descriptor }: Asked,
  stretch: { readonly from: number; readonly to: number },
): Series[] {
  const found = new Map<string, { metric: Readonly<Record<string, string>>; points: Point[] }>();
  const limits = limitsOf(revision);
  const id = workloadId(entity);
  for (const { at, replicas } of world.minutes.read(id, stretch)) {
    // A replica is called `<workload>/<revision>/<number>`.
    const own = replicas.filter(({ replicaId }) => replicaId.startsWith(`${id}/${revision.id}/`));
    if (own.length === 0) continue;
    for (const [metric, value] of descriptor.values({ replicas: own, limits })) {
      const key = JSON.stringify(metric);
      const series = found.get(key) ?? { metric, points: [] };
      series.points.push({ at, value });
      found.set(key, series);
    }
  }
  return [...found.values()].map((each) => ({ ...resourceOf(entity, revision.id), ...each }));
}
