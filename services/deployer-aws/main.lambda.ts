import { readEvent } from '../../shared/adapters/bus-eventbridge/claim-check.ts';
import { once } from '../../shared/adapters/lambda/once.ts';
import { createQueueFunction, type Failure, type QueueFunction } from '../../shared/adapters/lambda/queue-function.ts';
import type { BatchResponse, SqsEvent } from '../../shared/adapters/lambda/sqs-batch.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { toBusEvent } from '../../shared/contracts/event-pattern.ts';
import { processStateless } from '../../shared/pipeline/process-stateless.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { CloudTarget } from '../../shared/ports/cloud-target.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { createAwsApi } from './aws-api.ts';
import { handlers } from './handlers.ts';
import { parseSettings } from './settings.ts';
import { createTarget } from './target.ts';

export interface EntryPorts {
  readonly target: CloudTarget;
  readonly publish: EventBus['publish'];
  readonly clock: Clock;
  /** The command in a message's body; by default one that did not travel by reference. */
  readonly receive?: (body: string) => Promise<Envelope>;
}

/** Told of every record that failed: Lambda's answer carries only its id. @returns whether it is to come again. */
export type OnFailed = (failure: Failure) => Promise<boolean>;

/** The function as Lambda calls it. One poison record never fails its neighbours. */
export function createHandler(ports: EntryPorts, failed: OnFailed): QueueFunction {
  const { target, publish, clock } = ports;
  const receive =
    ports.receive ?? ((body: string) => Promise.resolve(body).then((text) => readEvent(text, clock.now())));
  return createQueueFunction({
    handlers: handlers(target),
    receive,
    run: (handler, event) => processStateless(handler, event, { bus: { publish }, clock }),
    failed,
  });
}

/**
 * The same entry, in process: each event travels as the SQS record that EventBridge would put on the queue, through the middy
 * handler. What failed is thrown, so that the caller's queue can see whether and when to try again.
 */
export function createEntry(ports: EntryPorts): (event: Envelope) => Promise<void> {
  return async (event) => {
    const errors: unknown[] = [];
    const handle = createHandler(ports, ({ error }) => Promise.resolve(errors.push(error) > 0));
    const batch: SqsEvent = { Records: [{ messageId: event.id, body: JSON.stringify(toBusEvent(event)) }] };
    const { batchItemFailures } = await handle(batch);
    if (batchItemFailures.length > 0) throw errors[0];
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the variable that is missing or wrong. */
async function compose(environment: Environment): Promise<QueueFunction> {
  const text = environment['HOMEOSTASIS_AWS_SETTINGS'];
  if (!text) throw new Error('set HOMEOSTASIS_AWS_SETTINGS to the settings of the AWS deployer, as JSON');
  const settings = parseSettings(JSON.parse(text) as unknown);
  const { clock, telemetry, ...hub } = await hubSide(environment);
  const target = createTarget(createAwsApi(settings), settings);
  const handle = createHandler({ target, clock, publish: hub.publish, receive: hub.receive }, hub.failed);
  return (event, context) => handle(event, context).finally(() => telemetry.flush());
}

/** Loaded when it is needed: whoever runs the entry in process has a bus of their own. */
async function hubSide(environment: Environment) {
  const [bus, lambda, { createS3Documents }, { S3Client }, { SQSClient }] = await Promise.all([
    import('../../shared/adapters/bus-eventbridge/index.ts'),
    import('../../shared/adapters/lambda/index.ts'),
    import('../../shared/adapters/documents-s3/index.ts'),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-sqs'),
  ]);
  const clock = { now: () => Date.now() };
  const telemetry = lambda.createTelemetry('deployer-aws');
  const bucket = lambda.required(environment, 'HOMEOSTASIS_DOCUMENTS');
  const documents = createS3Documents({ client: new S3Client({}), bucket });
  const eventBus = lambda.required(environment, 'HOMEOSTASIS_BUS');
  const policy = { sqs: new SQSClient({}), queue: lambda.ownQueue(environment), clock, random: Math.random, telemetry };
  return {
    ...{ clock, telemetry },
    publish: bus.createPublisher({ eventBus, clock, documents }),
    receive: (body: string) => bus.receiveEvent(body, { documents, now: clock.now() }),
    failed: lambda.createFailurePolicy(policy),
  };
}

// Composed by the first batch: whoever imports this file for `createEntry` has none of these variables. What is missing is named in
// the invocation's error, and the batch stays in the queue.
const composed = once(() => compose(process.env));

/** Configure as `main.handler`, with an SQS event source that reports batch item failures. */
export const handler: QueueFunction = async (event, context): Promise<BatchResponse> =>
  (await composed())(event, context);
