import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../contracts/envelope.ts';
import type { PublishResult } from '../../ports/event-bus.ts';
import { receiveEvent } from '../bus-eventbridge/index.ts';
import { createS3Documents } from '../documents-s3/index.ts';
import {
  createFailurePolicy,
  hubLeaseFrom,
  ownQueue,
  required,
  type Environment,
  type Failure,
  type Telemetry,
} from '../lambda/index.ts';
import { appendToLog } from './append.ts';
import { readRoutes } from './routes.ts';

/** What the event-log function is made of on the hub. */
export interface LogFunctionPorts {
  /** The event in a message's body. */
  receive(body: string): Promise<Envelope>;
  /** Enters events in the log, each once. */
  append(events: readonly Envelope[]): Promise<readonly PublishResult[]>;
  /** @returns whether the record is to come again. */
  failed(failure: Failure): Promise<boolean>;
}

/** @throws Error naming the variable or the file that is missing. */
export function logFunctionFrom(environment: Environment, telemetry: Telemetry): LogFunctionPorts {
  const clock = { now: () => Date.now() };
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const documents = createS3Documents({ client: new S3Client({}), bucket });
  const routes = readRoutes(required(environment, 'LAMBDA_TASK_ROOT'));
  const log = {
    client: new DynamoDBClient({}),
    table: required(environment, 'HOMEOSTASIS_TABLE'),
    consumersOf: (event: Envelope) => routes.match(event).length,
    fence: hubLeaseFrom(environment, clock),
    now: () => clock.now(),
  };
  const policy = { sqs: new SQSClient({}), queue: ownQueue(environment), clock, random: Math.random, telemetry };
  return {
    receive: (body) => receiveEvent(body, { documents, now: clock.now() }),
    append: (events) => appendToLog(events, log),
    failed: createFailurePolicy(policy),
  };
}
