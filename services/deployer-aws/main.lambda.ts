import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { receiveEvent } from '../../shared/adapters/bus-eventbridge/claim-check.ts';
import { createPublisher } from '../../shared/adapters/bus-eventbridge/publish.ts';
import { createS3Documents } from '../../shared/adapters/documents-s3/index.ts';
import { ownQueue, required, type Environment } from '../../shared/adapters/lambda/environment.ts';
import { createFailurePolicy } from '../../shared/adapters/lambda/failure-policy.ts';
import { activeOf, hubLeaseFrom } from '../../shared/adapters/lambda/hub-lease.ts';
import { once } from '../../shared/adapters/lambda/once.ts';
import type { QueueFunction } from '../../shared/adapters/lambda/queue-function.ts';
import { createTelemetry } from '../../shared/adapters/lambda/telemetry.ts';
import { createAwsApi } from './aws-api.ts';
import { createHandler } from './main.entry.ts';
import { createMetrics } from './metrics.ts';
import { parseSettings } from './settings.ts';
import { createTarget } from './target.ts';

export { createEntry, createHandler } from './main.entry.ts';

/** A cloud that is out for half an hour must not lose its commands. */
const retry = { maximumAttempts: 40 };

/** @throws Error naming the variable that is missing or wrong. */
function compose(environment: Environment): QueueFunction {
  const settings = parseSettings(JSON.parse(required(environment, 'HOMEOSTASIS_AWS_SETTINGS')) as unknown);
  const clock = { now: () => Date.now() };
  const telemetry = createTelemetry('deployer-aws');
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const documents = createS3Documents({ client: new S3Client({}), bucket });
  const queue = ownQueue(environment);
  const policy = { sqs: new SQSClient({}), queue, retry, clock, random: Math.random, telemetry };
  const api = createAwsApi(settings);
  const ports = {
    target: createTarget(api, settings),
    metrics: createMetrics(api, settings),
    clock,
    publish: createPublisher({ eventBus: required(environment, 'HOMEOSTASIS_BUS'), clock, documents }),
    ...activeOf(hubLeaseFrom(environment, clock)),
    receive: (body: string) => receiveEvent(body, { documents, now: clock.now() }),
  };
  const handle = createHandler(ports, createFailurePolicy(policy));
  return async (event, context) => {
    try {
      return await handle(event, context);
    } finally {
      telemetry.flush();
    }
  };
}

const composed = once(() => compose(process.env));

/** Configure as `index.handler` of the packaged function, with an SQS event source that reports batch item failures. */
export const handler: QueueFunction = async (event, context) => (await composed())(event, context);
