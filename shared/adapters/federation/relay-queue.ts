import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Clock } from '../../ports/clock.ts';
import { receiveEvent } from '../bus-eventbridge/claim-check.ts';
import { createS3Documents } from '../documents-s3/index.ts';
import { createFailurePolicy } from '../lambda/failure-policy.ts';
import { ownQueue, required, type Environment } from '../lambda/environment.ts';
import type { Failure } from '../lambda/queue-function.ts';
import type { Telemetry } from '../lambda/telemetry.ts';

/** A new environment takes minutes, an outage longer: a command is owed for as long as an embedded deployer's is. */
const retry = { maximumAttempts: 40 };

export interface RelayQueue {
  /** The command in a message's body, large ones read from where they were left. */
  receive(body: string): Promise<Envelope>;
  failed(failure: Failure): Promise<boolean>;
}

/** @throws Error naming the variable that is missing. */
export function relayQueue(environment: Environment, clock: Clock, telemetry: Telemetry): RelayQueue {
  const bucket = required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const documents = createS3Documents({ client: new S3Client({}), bucket });
  const queue = ownQueue(environment);
  return {
    async receive(body) {
      const event = await receiveEvent(body, { documents, now: clock.now() });
      telemetry.about(event);
      return event;
    },
    failed: createFailurePolicy({ sqs: new SQSClient({}), queue, retry, clock, random: Math.random, telemetry }),
  };
}
