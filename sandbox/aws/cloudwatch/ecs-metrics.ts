import type { ReplicaUsage, SandboxContext } from '../../core/types.ts';
import { workloadId, type EcsState, type Service } from '../ecs/state.ts';
import { addValue } from './aggregate.ts';
import type { Metric } from './metric.ts';
import { reservationOf } from './reservation.ts';
import type { MetricStore } from './store.ts';

const minute = 60_000;

const metricOf = (service: Service, name: string): Metric => ({
  namespace: 'AWS/ECS',
  name,
  dimensions: [
    { name: 'ClusterName', value: service.cluster.name },
    { name: 'ServiceName', value: service.name },
  ],
});

/** A replica that is launched again counts its CPU time from zero. */
const launchOf = ({ replicaId, startedAt }: ReplicaUsage) => `${replicaId}@${startedAt}`;

interface Look {
  readonly at: number;
  readonly cpuMs: number;
}

/**
 * Once a minute, on the minute, publishes `CPUUtilization` and `MemoryUtilization` of every ECS service in `AWS/ECS`, in percent of
 * what its tasks have reserved, one sample per task that runs. They are measured on what really runs: a runner that cannot tell
 * gives no datapoints, as a service without running tasks does.
 *
 * @returns stops it.
 */
export function startEcsMetrics({ clock, workloads }: SandboxContext, ecs: EcsState, store: MetricStore): () => void {
  if (workloads.usage === undefined) return () => {};
  const usageOf = workloads.usage.bind(workloads);
  let looks = new Map<string, Look>();
  let cancel = () => {};
  let stopped = false;

  function reservedBy(service: Service, replicaId: string) {
    const replica = workloads.status(workloadId(service))?.replicas.find(({ id }) => id === replicaId);
    if (replica?.state !== 'running' && replica?.state !== 'ready') return undefined;
    const deployment = service.deployments.find(({ id }) => id === replica.revision);
    return deployment === undefined ? undefined : reservationOf(deployment.taskDefinition);
  }

  function record(service: Service, usage: ReplicaUsage, now: number): void {
    const reserved = reservedBy(service, usage.replicaId);
    if (reserved === undefined) return;
    const before = looks.get(launchOf(usage)) ?? { at: usage.startedAt, cpuMs: 0 };
    const add = (name: string, percent: number) => {
      // The minute that has just ended; a timer may fire a little off the minute.
      const at = Math.round(now / minute) * minute - minute;
      const place = { region: service.region, metric: metricOf(service, name), at, unit: 'Percent', resolution: 60 };
      if (Number.isFinite(percent)) addValue(store.open({ ...place, resolution: 60 }), percent);
    };
    add('CPUUtilization', ((usage.cpuMs - before.cpuMs) / (now - before.at) / reserved.vcpus) * 100);
    add('MemoryUtilization', (usage.memoryBytes / reserved.bytes) * 100);
  }

  async function look(): Promise<void> {
    const next = new Map<string, Look>();
    const clusters = [...ecs.values()].flatMap((region) => [...region.clusters.values()]);
    for (const service of clusters.flatMap((cluster) => [...cluster.services.values()])) {
      const used = service.status === 'INACTIVE' ? [] : await usageOf(workloadId(service));
      const now = clock.now();
      for (const usage of used) {
        record(service, usage, now);
        next.set(launchOf(usage), { at: now, cpuMs: usage.cpuMs });
      }
    }
    looks = next;
    if (!stopped) schedule();
  }

  function schedule(): void {
    const untilMinute = minute - (clock.now() % minute);
    // A timer that fired a moment early must not look twice in one minute.
    cancel = clock.after(untilMinute < 1_000 ? untilMinute + minute : untilMinute, () => void look());
  }

  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}
