import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Settings } from '../../domain/settings/index.ts';
import type { Handler } from '../../pipeline/handler.ts';
import { processEvent } from '../../pipeline/process.ts';
import type { Clock } from '../../ports/clock.ts';
import { receiveEvent } from '../bus-eventbridge/claim-check.ts';
import { createS3Documents } from '../documents-s3/index.ts';
import { createDynamoStore } from '../store-dynamodb/index.ts';
import { ownQueue, readSettings, required, type Environment } from './environment.ts';
import { createFailurePolicy } from './failure-policy.ts';
import { hubLeaseFrom } from './hub-lease.ts';
import { once } from './once.ts';
import { createQueueFunction, type QueueFunction } from './queue-function.ts';
import { createTelemetry } from './telemetry.ts';

/** What a service's handlers are made of on the hub. */
export interface Composition {
  readonly settings: Settings;
  readonly environment: Environment;
}

const clock: Clock = { now: () => Date.now() };

/**
 * A service that owns records, as a Lambda function behind its queue: each record runs through the one pipeline, on DynamoDB. Where
 * there is a standby hub (HOMEOSTASIS_LEASE_TABLE), only under this hub's lease; else it is given back.
 * @param owner the service; its partition keys begin with it, and its role reaches no others
 * @example export const handler = serviceFunction('monitor', ({ settings }) => handlers(settingsFrom(settings)));
 */
export function serviceFunction(owner: string, handlersOf: (from: Composition) => readonly Handler[]): QueueFunction {
  const composed = once(() => compose(owner, handlersOf, process.env));
  return async (event, context) => (await composed())(event, context);
}

function compose(
  owner: string,
  handlersOf: (from: Composition) => readonly Handler[],
  environment: Environment,
): QueueFunction {
  const telemetry = createTelemetry(owner);
  const documents = createS3Documents({
    client: new S3Client({}),
    bucket: required(environment, 'HOMEOSTASIS_DOCUMENTS'),
  });
  const table = required(environment, 'HOMEOSTASIS_TABLE');
  const lease = hubLeaseFrom(environment, clock);
  const fence = lease === undefined ? {} : { fence: lease };
  const records = createDynamoStore({ client: new DynamoDBClient({}), table, owner, clock, ...fence });
  const policy = { sqs: new SQSClient({}), queue: ownQueue(environment), clock, random: Math.random, telemetry };
  const lambda = createQueueFunction({
    handlers: handlersOf({ settings: readSettings(environment), environment }),
    receive: (body) => receiveEvent(body, { documents, now: clock.now() }),
    run: async (handler, event) => {
      telemetry.about(event);
      const started = performance.now();
      // The fence holds every commit; some handlers act outside before they come to it.
      await lease?.active();
      await processEvent(handler, event, { records, documents, clock });
      telemetry.handled(handler.consumer, performance.now() - started);
    },
    failed: createFailurePolicy(policy),
  });
  return async (event, context) => {
    try {
      return await lambda(event, context);
    } finally {
      telemetry.flush();
    }
  };
}
