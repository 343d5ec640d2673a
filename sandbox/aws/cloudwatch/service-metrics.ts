import { sampleUsage } from '../../core/metrics/usage-sampler.ts';
import type { SandboxContext } from '../../core/types.ts';
import { workloadId, type EcsState, type Service } from '../ecs/state.ts';
import { publishUsage } from './ecs-metrics.ts';
import { publishRequests } from './elb-metrics.ts';
import type { MetricStore } from './store.ts';

/**
 * Once a minute, on the minute, publishes what every ECS service used, and what every Express service's load balancer saw. A runner that
 * cannot measure gives no datapoints, as a service without running tasks does.
 *
 * @returns stops it.
 */
export function startServiceMetrics(context: SandboxContext, ecs: EcsState, store: MetricStore): () => void {
  const { workloads } = context;
  let services = new Map<string, Service>();
  return sampleUsage(
    context,
    () => {
      services = new Map(activeIn(ecs).map((each) => [workloadId(each), each]));
      return [...services.keys()];
    },
    (id, at, replicas) => {
      const service = services.get(id);
      if (service === undefined) return;
      publishUsage(service, { at, replicas }, { workloads, store });
      if (service.express !== undefined) publishRequests(service, { at, replicas }, store);
    },
  );
}

const activeIn = (ecs: EcsState): readonly Service[] =>
  [...ecs.values()]
    .flatMap((region) => [...region.clusters.values()])
    .flatMap((cluster) => [...cluster.services.values()])
    .filter(({ status }) => status !== 'INACTIVE');
