import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { StandbyFunctions } from './standby-functions.ts';

/** What tells how a pair of hubs is doing: of this hub's own functions. */
export function standbyMetrics({ lease, follower }: Pick<StandbyFunctions, 'lease' | 'follower'>) {
  const period = Duration.minutes(1);
  const own = (service: string, metricName: string): Metric =>
    new Metric({
      namespace: 'Homeostasis',
      metricName,
      dimensionsMap: { service },
      period,
      statistic: 'Sum',
    });
  return {
    takeovers: own(lease.name, 'LeaseTakeover'),
    /** Registers read, whoever holds the lease: some ten a minute. */
    looks: own(lease.name, 'LeaseLook'),
    /** Milliseconds: how long what the follower reads next has waited in the replica's stream. */
    behind: follower.lambda.metric('IteratorAge', { period, statistic: 'Maximum' }),
    stranded: own(follower.name, 'StrandedItems'),
  };
}
