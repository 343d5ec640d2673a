import type { ReplicaMinute } from '../../core/metrics/usage-sampler.ts';
import type { WorkloadRunner } from '../../core/types.ts';
import { workloadId, type Service } from '../ecs/state.ts';
import { addValue } from './aggregate.ts';
import type { Metric } from './metric.ts';
import { reservationOf } from './reservation.ts';
import type { MetricStore } from './store.ts';

const metricOf = (service: Service, name: string): Metric => ({
  namespace: 'AWS/ECS',
  name,
  dimensions: [
    { name: 'ClusterName', value: service.cluster.name },
    { name: 'ServiceName', value: service.name },
  ],
});

/**
 * Publishes `CPUUtilization` and `MemoryUtilization` of an ECS service for a minute in `AWS/ECS`, in percent of what its tasks have
 * reserved, one sample per task that runs, as measured on what really runs.
 */
export function publishUsage(
  service: Service,
  { at, replicas }: { readonly at: number; readonly replicas: readonly ReplicaMinute[] },
  { workloads, store }: { readonly workloads: WorkloadRunner; readonly store: MetricStore },
): void {
  const add = (name: string, share: number) => {
    const place = { region: service.region, metric: metricOf(service, name), at, unit: 'Percent', resolution: 60 };
    if (Number.isFinite(share)) addValue(store.open({ ...place, resolution: 60 }), share * 100);
  };
  for (const { replicaId, cores, memoryBytes } of replicas) {
    const reserved = reservedBy(service, replicaId, workloads);
    if (reserved === undefined) continue;
    add('CPUUtilization', cores / reserved.vcpus);
    add('MemoryUtilization', memoryBytes / reserved.bytes);
  }
}

function reservedBy(service: Service, replicaId: string, workloads: WorkloadRunner) {
  const replica = workloads.status(workloadId(service))?.replicas.find(({ id }) => id === replicaId);
  if (replica?.state !== 'running' && replica?.state !== 'ready') return undefined;
  const deployment = service.deployments.find(({ id }) => id === replica.revision);
  return deployment === undefined ? undefined : reservationOf(deployment.taskDefinition);
}
