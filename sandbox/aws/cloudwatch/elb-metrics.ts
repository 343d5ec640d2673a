import { mergeSpreads, type Spread } from '../../core/metrics/spread.ts';
import type { ReplicaMinute } from '../../core/metrics/usage-sampler.ts';
import { ingressOf } from '../ecs/express-ingress.ts';
import type { Service } from '../ecs/state.ts';
import { addValue } from './aggregate.ts';
import type { MetricStore } from './store.ts';

/**
 * Publishes `RequestCount`, `HTTPCode_Target_5XX_Count` and `TargetResponseTime` of an Express service for a minute in
 * `AWS/ApplicationELB`, as its load balancer would: of a minute without requests, or without errors, there is no datapoint (Elastic Load
 * Balancing, "CloudWatch metrics for your Application Load Balancer", reporting criteria). They are what the replicas have counted.
 */
export function publishRequests(
  service: Service,
  { at, replicas }: { readonly at: number; readonly replicas: readonly ReplicaMinute[] },
  store: MetricStore,
): void {
  const requests = total(replicas, () => true);
  if (requests === 0) return;
  const { dimensions } = ingressOf(service);
  const place = (name: string, unit: string) =>
    store.open({
      region: service.region,
      metric: { namespace: 'AWS/ApplicationELB', name, dimensions },
      at,
      unit,
      resolution: 60,
    });
  addValue(place('RequestCount', 'Count'), 1, requests);
  const errors = total(replicas, (code) => code.startsWith('5'));
  if (errors > 0) addValue(place('HTTPCode_Target_5XX_Count', 'Count'), 1, errors);
  const times = place('TargetResponseTime', 'Seconds');
  for (const [ms, count] of durations(replicas)) addValue(times, ms / 1000, count);
}

const total = (replicas: readonly ReplicaMinute[], wanted: (code: string) => boolean): number =>
  replicas
    .flatMap(({ codes = {} }) => Object.entries(codes))
    .reduce((sum, [code, count]) => (wanted(code) ? sum + count : sum), 0);

const durations = (replicas: readonly ReplicaMinute[]): Spread =>
  mergeSpreads(
    replicas.map(({ durations: of = {} }) => new Map(Object.entries(of).map(([ms, count]) => [Number(ms), count]))),
  );
