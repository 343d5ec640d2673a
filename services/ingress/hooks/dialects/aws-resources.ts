import type { Labels } from '../fields.ts';

/**
 * Names of resources in a metric's dimensions: `ServiceName` is a name already; `LoadBalancer` is `net/<name>/<id>`, `TargetGroup` is
 * `targetgroup/<name>/<id>` (docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html).
 */
export function resourceNames(dimensions: Labels): readonly string[] {
  const { ServiceName, LoadBalancer, TargetGroup } = dimensions;
  const named = [ServiceName, LoadBalancer?.split('/')[1], TargetGroup?.split('/')[1]];
  return named.filter((each) => each !== undefined && each !== '') as string[];
}
