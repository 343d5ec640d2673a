import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { FunctionQueue } from './bus.ts';
import type { HubFunction } from './hub-function.ts';

export interface Watched {
  readonly fn: HubFunction;
  readonly queue?: FunctionQueue;
}

export interface AlarmsProps {
  readonly hub: string;
  readonly key: kms.Key;
  readonly watched: readonly Watched[];
  readonly mail?: string;
}

/** How old the oldest message may get before somebody is told: longer than a cloud's usual hiccup, shorter than people's patience. */
const oldestSeconds = 600;
const lagSeconds = 120;

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
const { NOT_BREACHING } = cloudwatch.TreatMissingData;

/** What wakes a person; docs/how-to/runbook.md has a chapter for each. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  readonly all: cloudwatch.Alarm[] = [];
  readonly #hub: string;

  constructor(scope: Construct, id: string, { hub, key, watched, mail }: AlarmsProps) {
    super(scope, id);
    this.#hub = hub;
    this.topic = new sns.Topic(this, 'Topic', { topicName: `${hub}-alarms`, masterKey: key, enforceSSL: true });
    // CloudWatch may publish to an encrypted topic only when the key lets it.
    key.grantEncryptDecrypt(new iam.ServicePrincipal('cloudwatch.amazonaws.com'));
    if (mail !== undefined) this.topic.addSubscription(new EmailSubscription(mail));
    for (const each of watched) this.#watch(each);
    this.#lag();
  }

  #watch({ fn, queue }: Watched): void {
    const { name, lambda } = fn;
    const period = Duration.minutes(5);
    this.#add(`${name}-errors`, 'fails as a whole: it crashes, runs out of time, or cannot be composed', {
      metric: lambda.metricErrors({ period, statistic: 'Sum' }),
      threshold: 3,
    });
    this.#add(`${name}-throttles`, 'is held back by the concurrency there is', {
      metric: lambda.metricThrottles({ period, statistic: 'Sum' }),
      threshold: 10,
    });
    if (queue === undefined) return;
    const minute = Duration.minutes(1);
    this.#add(`${name}-dead-letters`, 'could not handle an event, which now waits for a person', {
      metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' }),
      threshold: 1,
    });
    this.#add(`${name}-oldest`, `has had an event waiting for ${oldestSeconds} s`, {
      metric: queue.queue.metricApproximateAgeOfOldestMessage({ period: minute, statistic: 'Maximum' }),
      threshold: oldestSeconds,
    });
  }

  /** Written by the outbox function when it sweeps. */
  #lag(): void {
    const metric = new cloudwatch.Metric({
      namespace: 'Homeostasis',
      metricName: 'OutboxLagSeconds',
      dimensionsMap: { service: 'outbox' },
      period: Duration.minutes(1),
      statistic: 'Maximum',
    });
    this.#add('outbox-lag', `has an event that was committed ${lagSeconds} s ago and is not on the bus`, {
      metric,
      threshold: lagSeconds,
    });
  }

  #add(name: string, what: string, on: { readonly metric: cloudwatch.IMetric; readonly threshold: number }): void {
    const alarm = new cloudwatch.Alarm(this, name, {
      ...on,
      alarmName: `${this.#hub}-${name}`,
      alarmDescription: `${name.replace(/-[^-]+$/, '')} ${what}. Runbook: docs/how-to/runbook.md`,
      comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 2,
      datapointsToAlarm: 1,
      treatMissingData: NOT_BREACHING,
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.all.push(alarm);
  }
}
