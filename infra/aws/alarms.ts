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
import type { StandbyFunctions } from './standby-functions.ts';
import { standbyMetrics } from './standby-metrics.ts';

export interface Watched {
  readonly fn: HubFunction;
  readonly queue?: FunctionQueue;
  /** How old its oldest message may get before somebody is told; default ten minutes. */
  readonly oldestSeconds?: number;
}

export interface AlarmsProps {
  readonly hub: string;
  readonly key: kms.Key;
  readonly watched: readonly Watched[];
  readonly mail?: string;
  /** Of one of two hubs. */
  readonly standby?: Pick<StandbyFunctions, 'lease' | 'follower' | 'resync'>;
}

/** How old the oldest message may get before somebody is told: longer than a cloud's usual hiccup, shorter than people's patience. */
const usualSeconds = 600;
const lagSeconds = 120;

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;

/** The standby may be behind by so much, and would have to wait for it before it takes over. */
const behindSeconds = 60;

interface Trigger {
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** Rings when there is less than that, or nothing. */
  readonly below?: boolean;
}

/** What wakes a person; docs/how-to/runbook.md has a chapter for each. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  readonly all: cloudwatch.Alarm[] = [];
  readonly #hub: string;

  constructor(scope: Construct, id: string, { hub, key, watched, mail, standby }: AlarmsProps) {
    super(scope, id);
    this.#hub = hub;
    this.topic = new sns.Topic(this, 'Topic', { topicName: `${hub}-alarms`, masterKey: key, enforceSSL: true });
    // CloudWatch may publish to an encrypted topic only when the key lets it.
    key.grantEncryptDecrypt(new iam.ServicePrincipal('cloudwatch.amazonaws.com'));
    if (mail !== undefined) this.topic.addSubscription(new EmailSubscription(mail));
    for (const each of watched) this.#watch(each);
    this.#lag();
    if (standby !== undefined) this.#pair(standby);
  }

  #watch({ fn, queue, oldestSeconds = usualSeconds }: Watched): void {
    const { name, lambda } = fn;
    const period = Duration.minutes(5);
    this.#errors(fn);
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

  #errors({ name, lambda }: HubFunction): void {
    this.#add(`${name}-errors`, 'fails as a whole: it crashes, runs out of time, or cannot be composed', {
      metric: lambda.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 3,
    });
  }

  /** Throttles of lease and resync mean nothing: one of each runs, on purpose. */
  #pair({ lease, follower, resync }: NonNullable<AlarmsProps['standby']>): void {
    const metrics = standbyMetrics({ lease, follower });
    for (const fn of [lease, follower, resync]) this.#errors(fn);
    this.#add('lease-takeover', 'was taken over by this hub, which is the active one from now on', {
      metric: metrics.takeovers,
      threshold: 1,
    });
    this.#add('lease-silent', 'is not looked after: this hub would neither hold it nor take it over', {
      // A run says how often it looked when it ends, once a minute or so.
      metric: metrics.looks.with({ period: Duration.minutes(5) }),
      threshold: 1,
      below: true,
    });
    this.#add('follower-behind', `has not admitted what the other hub committed ${behindSeconds} s ago`, {
      metric: metrics.behind,
      threshold: behindSeconds * 1000,
    });
    this.#add('follower-stranded', 'put aside what the other hub committed when it was not the active one any more', {
      metric: metrics.stranded,
      threshold: 1,
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

  #add(name: string, what: string, { below = false, ...on }: Trigger): void {
    const alarm = new cloudwatch.Alarm(this, name, {
      ...on,
      alarmName: `${this.#hub}-${name}`,
      alarmDescription: `${name.replace(/-[^-]+$/, '')} ${what}. Runbook: docs/how-to/runbook.md`,
      comparisonOperator: below ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 2,
      datapointsToAlarm: 1,
      // Silence is the trouble where something has to be said.
      treatMissingData: below ? BREACHING : NOT_BREACHING,
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.all.push(alarm);
  }
}
