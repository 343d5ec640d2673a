import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib';
import type { Bus } from './bus.ts';
import { useDocuments } from './grants.ts';
import type { HubFunction } from './hub-function.ts';
import type { Schedules } from './schedules.ts';
import type { Storage } from './storage.ts';

export interface Sending {
  readonly bus: Bus;
  readonly storage: Storage;
  readonly schedules: Schedules;
  readonly delayQueue: sqs.IQueue;
}

/** To the bus, or to where events wait: the delay queue, and the Scheduler for what is due later than a queue can wait. */
export function maySend(fn: HubFunction, { bus, storage, schedules, delayQueue }: Sending): void {
  const { partition, region, account } = Stack.of(fn);
  const group = schedules.group.scheduleGroupName;
  const role = schedules.deliveryRole.roleArn;
  useDocuments(fn, storage, 'read and write');
  fn.lambda.addEnvironment('HOMEOSTASIS_DELAY_QUEUE_URL', delayQueue.queueUrl);
  fn.lambda.addEnvironment('HOMEOSTASIS_DELAY_QUEUE_ARN', delayQueue.queueArn);
  fn.lambda.addEnvironment('HOMEOSTASIS_SCHEDULER_ROLE_ARN', role);
  fn.lambda.addEnvironment('HOMEOSTASIS_SCHEDULE_GROUP', group);
  fn.allow({ sid: 'Publish', actions: ['events:PutEvents'], resources: [bus.arn] });
  fn.allow({ sid: 'Delay', actions: ['sqs:SendMessage'], resources: [delayQueue.queueArn] });
  fn.allow({
    sid: 'Schedule',
    actions: ['scheduler:CreateSchedule'],
    resources: [`arn:${partition}:scheduler:${region}:${account}:schedule/${group}/*`],
    why: 'A schedule is named after the event that waits; the group binds it.',
  });
  fn.allow({
    sid: 'HandRole',
    actions: ['iam:PassRole'],
    resources: [role],
    conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  });
}
