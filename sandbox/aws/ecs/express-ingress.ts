import { hash } from 'node:crypto';
import { accountId, type Service } from './state.ts';

/** What the real ECS makes in front of an Express service: an application load balancer and a target group. Here they are names only. */
export interface ExpressIngress {
  readonly balancerArn: string;
  readonly targetGroupArn: string;
  /** As CloudWatch names them. */
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}

export function ingressOf(service: Service): ExpressIngress {
  const id = hash('sha256', service.arn, 'hex');
  const balancer = `app/ecs-express-gateway-alb-${id.slice(0, 8)}/${id.slice(8, 24)}`;
  const targetGroup = `targetgroup/ecs-gateway-tg-${id.slice(24, 41)}/${id.slice(41, 57)}`;
  const arn = (rest: string) => `arn:aws:elasticloadbalancing:${service.region}:${accountId}:${rest}`;
  return {
    balancerArn: arn(`loadbalancer/${balancer}`),
    targetGroupArn: arn(targetGroup),
    dimensions: [
      { name: 'LoadBalancer', value: balancer },
      { name: 'TargetGroup', value: targetGroup },
    ],
  };
}
