import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import type { Bus } from './bus.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { HubFunction } from './hub-function.ts';

export interface SchedulesProps {
  readonly hub: string;
  readonly bus: Bus;
  readonly key: kms.IKey;
  readonly outbox: HubFunction;
  readonly delayQueue: sqs.IQueue;
  /** Seconds between two sweeps over everything that is deployed; a schedule knows whole minutes. */
  readonly reconcileSeconds: number;
}

/** The clockwork: sweeps, and the group where events wait that are due in more than a quarter of an hour. */
export class Schedules extends Construct {
  readonly group: scheduler.ScheduleGroup;
  /** Under which the Scheduler puts what is due on the delay queue. */
  readonly deliveryRole: iam.Role;

  constructor(scope: Construct, id: string, { hub, bus, key, outbox, delayQueue, reconcileSeconds }: SchedulesProps) {
    super(scope, id);
    this.group = new scheduler.ScheduleGroup(this, 'Delayed', { scheduleGroupName: `${hub}-delayed` });
    this.deliveryRole = new iam.Role(this, 'Delivery', {
      roleName: `${hub}-scheduler`,
      description: 'Puts events that have waited on the delay queue',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
    });
    this.deliveryRole.addToPolicy(
      new iam.PolicyStatement({ sid: 'Deliver', actions: ['sqs:SendMessage'], resources: [delayQueue.queueArn] }),
    );
    this.deliveryRole.addToPolicy(
      new iam.PolicyStatement({ sid: 'Key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
    );
    const everyMinutes = Math.max(1, Math.round(reconcileSeconds / 60));
    new scheduler.Schedule(this, 'Reconcile', {
      scheduleName: `${hub}-reconcile`,
      description: 'Compare what runs with what should run',
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(everyMinutes)),
      key,
      target: new EventBridgePutEvents(tick(bus, this), { retryAttempts: 3, maxEventAge: Duration.minutes(5) }),
    });
    const sweeper = new iam.Role(this, 'Sweeper', {
      roleName: `${hub}-sweeper`,
      description: 'Has the outbox function sweep',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com'),
    });
    acknowledgeWildcard(
      sweeper,
      `${outbox.lambda.functionArn}:*`,
      'CDK grants the invocation of every version; there are none.',
    );
    new scheduler.Schedule(this, 'Sweep', {
      scheduleName: `${hub}-outbox-sweep`,
      description: 'Send what the stream missed',
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(1)),
      key,
      target: new LambdaInvoke(outbox.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1), role: sweeper }),
    });
  }
}

/** The event as the embedded clockwork makes it; the Scheduler fills in its execution's id and time. */
function tick(bus: Bus, scope: Construct) {
  const { type, subject, dataschema, data } = scheduleReconcile.draft({});
  const id = scheduler.ContextAttribute.executionId;
  return {
    eventBus: events.EventBus.fromEventBusName(scope, 'Bus', bus.name),
    source: '/homeostasis/schedule',
    detailType: type,
    detail: scheduler.ScheduleTargetInput.fromObject({
      specversion: '1.0',
      id,
      source: '/homeostasis/schedule',
      type,
      subject,
      time: scheduler.ContextAttribute.scheduledTime,
      datacontenttype: 'application/json',
      dataschema,
      correlationid: id,
      data,
    }),
  };
}
