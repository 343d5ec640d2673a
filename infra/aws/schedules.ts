import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { EventBridgePutEvents, LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Draft } from '../../shared/contracts/contract.ts';
import { scheduleCostSweep } from '../../shared/contracts/schedule-cost-sweep.ts';
import { schedulePriceRefresh } from '../../shared/contracts/schedule-price-refresh.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import type { Bus } from './bus.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { CostOptions } from './cost-options.ts';
import type { HubFunction } from './hub-function.ts';

export interface SchedulesProps {
  readonly hub: string;
  readonly bus: Bus;
  readonly key: kms.IKey;
  readonly outbox: HubFunction;
  readonly delayQueue: sqs.IQueue;
  /** Seconds between two sweeps over everything that is deployed; a schedule knows whole minutes. */
  readonly reconcileSeconds: number;
  /** Price lists are read only where one is configured. */
  readonly cost: Pick<CostOptions, 'sweepHours' | 'priceRefreshHours'>;
}

interface Tick {
  readonly name: string;
  readonly description: string;
  readonly every: Duration;
  readonly draft: Draft;
}

/** The clockwork: sweeps, and the group where events wait that are due in more than a quarter of an hour. */
export class Schedules extends Construct {
  readonly group: scheduler.ScheduleGroup;
  /** Under which the Scheduler puts what is due on the delay queue. */
  readonly deliveryRole: iam.Role;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { hub, bus, key, outbox, delayQueue, reconcileSeconds, cost } = props;
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
    const own = { key, eventBus: events.EventBus.fromEventBusName(this, 'Bus', bus.name) };
    const everyMinutes = Math.max(1, Math.round(reconcileSeconds / 60));
    this.#tick('Reconcile', own, {
      name: `${hub}-reconcile`,
      description: 'Compare what runs with what should run',
      every: Duration.minutes(everyMinutes),
      draft: scheduleReconcile.draft({}),
    });
    this.#tick('CostSweep', own, {
      name: `${hub}-cost-sweep`,
      description: 'Look for new bills and judge them',
      every: Duration.hours(cost.sweepHours),
      draft: scheduleCostSweep.draft({}),
    });
    if (cost.priceRefreshHours !== undefined) {
      this.#tick('PriceRefresh', own, {
        name: `${hub}-price-refresh`,
        description: 'Read the price lists',
        every: Duration.hours(cost.priceRefreshHours),
        draft: schedulePriceRefresh.draft({}),
      });
    }
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

  #tick(
    id: string,
    { key, eventBus }: { readonly key: kms.IKey; readonly eventBus: events.IEventBus },
    { name, description, every, draft }: Tick,
  ): void {
    new scheduler.Schedule(this, id, {
      scheduleName: name,
      description,
      schedule: scheduler.ScheduleExpression.rate(every),
      key,
      target: new EventBridgePutEvents(tick(eventBus, draft), { retryAttempts: 3, maxEventAge: Duration.minutes(5) }),
    });
  }
}

/** The event as the embedded clockwork makes it; the Scheduler fills in its execution's id and time. */
function tick(eventBus: events.IEventBus, { type, subject, dataschema, data }: Draft) {
  const id = scheduler.ContextAttribute.executionId;
  return {
    eventBus,
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
