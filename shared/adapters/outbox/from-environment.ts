import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import { createDelay, createSender, type Send } from '../bus-eventbridge/index.ts';
import { createS3Documents } from '../documents-s3/index.ts';
import { createFailurePolicy, required, type Environment, type Telemetry } from '../lambda/index.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** How the hub's own functions hand events on: bus, delay and claim check as the deployment names them. @throws Error naming what is missing. */
export function senderFrom(environment: Environment, clock: Clock): Send {
  const delay = createDelay({
    clock,
    queueUrl: required(environment, 'HOMEOSTASIS_DELAY_QUEUE_URL'),
    queueArn: required(environment, 'HOMEOSTASIS_DELAY_QUEUE_ARN'),
    schedulerRoleArn: required(environment, 'HOMEOSTASIS_SCHEDULER_ROLE_ARN'),
    scheduleGroup: required(environment, 'HOMEOSTASIS_SCHEDULE_GROUP'),
  });
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const documents = createS3Documents({ client: new S3Client({}), bucket });
  return createSender({ eventBus: required(environment, 'HOMEOSTASIS_BUS'), clock, delay, documents });
}

/** @throws Error naming what is missing. */
export function outboxFrom(environment: Environment): Outbox {
  return createOutbox({ table: required(environment, 'HOMEOSTASIS_TABLE') });
}

/** What becomes of a record of the delay queue that failed. @throws Error naming what is missing. */
export function delayFailures(environment: Environment, clock: Clock, telemetry: Telemetry) {
  const queue = {
    queueUrl: required(environment, 'HOMEOSTASIS_DELAY_QUEUE_URL'),
    deadLetterQueueUrl: required(environment, 'HOMEOSTASIS_DEAD_LETTER_QUEUE_URL'),
  };
  return createFailurePolicy({ sqs: new SQSClient({}), queue, clock, random: Math.random, telemetry });
}
