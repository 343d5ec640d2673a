import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { receiveEvent } from '../../shared/adapters/bus-eventbridge/claim-check.ts';
import { createPublisher } from '../../shared/adapters/bus-eventbridge/publish.ts';
import { createS3Documents } from '../../shared/adapters/documents-s3/index.ts';
import { ownQueue, required, type Environment } from '../../shared/adapters/lambda/environment.ts';
import { createFailurePolicy } from '../../shared/adapters/lambda/failure-policy.ts';
import { createTelemetry } from '../../shared/adapters/lambda/telemetry.ts';

/** A cloud that is out for an hour must not lose its commands. */
const retry = { maximumAttempts: 40 };

/** What the function has from the hub when it runs in Lambda; in process the embedded runtime gives it. @throws Error naming what is missing */
export function hubSide(environment: Environment) {
  const clock = { now: () => Date.now() };
  const telemetry = createTelemetry('deployer-aws');
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const documents = createS3Documents({ client: new S3Client({}), bucket });
  const queue = ownQueue(environment);
  const policy = { sqs: new SQSClient({}), queue, retry, clock, random: Math.random, telemetry };
  return {
    clock,
    telemetry,
    publish: createPublisher({ eventBus: required(environment, 'HOMEOSTASIS_BUS'), clock, documents }),
    receive: (body: string) => receiveEvent(body, { documents, now: clock.now() }),
    failed: createFailurePolicy(policy),
  };
}
