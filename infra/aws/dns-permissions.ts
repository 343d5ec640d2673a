import { Stack } from 'aws-cdk-lib';
import type { HubFunction } from './hub-function.ts';
import type { HubOptions } from './options.ts';

/** Writes records of services into the zone, and waits until the name servers have them. */
export function mayName(fn: HubFunction, zone: NonNullable<HubOptions['zone']>): void {
  const { partition } = Stack.of(fn);
  fn.lambda.addEnvironment('HOMEOSTASIS_HOSTED_ZONE_ID', zone.id);
  fn.lambda.addEnvironment('HOMEOSTASIS_HOSTED_ZONE_NAME', zone.name);
  fn.allow({
    sid: 'Records',
    actions: ['route53:ChangeResourceRecordSets', 'route53:ListResourceRecordSets'],
    resources: [`arn:${partition}:route53:::hostedzone/${zone.id}`],
  });
  fn.allow({
    sid: 'Propagation',
    actions: ['route53:GetChange'],
    resources: [`arn:${partition}:route53:::change/*`],
    why: 'A change has an id only once it was made.',
  });
  fn.allow({
    sid: 'FindChecks',
    actions: ['route53:ListHealthChecks', 'route53:CreateHealthCheck'],
    resources: ['*'],
    why: 'Route 53 knows no resource for either.',
  });
  fn.allow({
    sid: 'Checks',
    actions: ['route53:DeleteHealthCheck', 'route53:ChangeTagsForResource'],
    resources: [`arn:${partition}:route53:::healthcheck/*`],
    why: 'A check has an id only once it was made.',
  });
}
