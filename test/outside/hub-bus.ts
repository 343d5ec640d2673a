import { randomUUID } from 'node:crypto';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { EventPattern } from '../../shared/contracts/event-pattern.ts';
import type { FunctionQueue } from '../../shared/adapters/dead-letters-sqs/index.ts';
import { credentials, region } from './moto-clients.ts';

/** Bus, rules, queues and schedule group as infra makes them, under names of their own. */
export interface HubBus {
  readonly eventBus: string;
  readonly scheduleGroup: string;
  readonly delayQueueUrl: string;
  readonly delayQueueArn: string;
  readonly bridge: EventBridgeClient;
  readonly sqs: SQSClient;
  readonly scheduler: SchedulerClient;
  /** By function; filled as they are provisioned. */
  readonly queues: Record<string, FunctionQueue>;
  /** Where a function's queues will be. */
  queueOf(name: string): FunctionQueue;
  /** Rule, queue and dead-letter queue of one function. */
  provision(name: string, pattern: EventPattern): Promise<void>;
}

/** Account of whoever asks moto. Source: moto, `DEFAULT_ACCOUNT_ID`. */
const account = '123456789012';

/**
 * @param pace how many of SQS's seconds pass in one: the requests say so much less, for the adapter and its waiting to be what they
 * are while nobody waits half a minute for a visibility timeout.
 */
export async function createHubBus(endpoint: string, pace = 1): Promise<HubBus> {
  const name = `hub-${randomUUID().slice(0, 8)}`;
  const bridge = new EventBridgeClient({ endpoint, region, credentials });
  const scheduler = new SchedulerClient({ endpoint, region, credentials });
  const sqs = paced(new SQSClient({ endpoint, region, credentials }), pace);
  await bridge.send(new CreateEventBusCommand({ Name: name }));
  await scheduler.send(new CreateScheduleGroupCommand({ Name: name }));
  const queueNamed = (queue: string): string => `${endpoint}/${account}/${name}-${queue}`;
  const arnOf = (queue: string): string => `arn:aws:sqs:${region}:${account}:${name}-${queue}`;
  const createQueue = async (queue: string, Attributes: Record<string, string> = {}): Promise<void> => {
    await sqs.send(new CreateQueueCommand({ QueueName: `${name}-${queue}`, Attributes }));
  };
  await createQueue('delay');
  const queues: Record<string, FunctionQueue> = {};
  const queueOf = (of: string): FunctionQueue => ({
    queueUrl: queueNamed(of),
    deadLetterQueueUrl: queueNamed(`${of}-dead`),
  });
  return {
    ...{ eventBus: name, scheduleGroup: name, bridge, scheduler, sqs, queues, queueOf },
    delayQueueUrl: queueNamed('delay'),
    delayQueueArn: arnOf('delay'),
    async provision(of, pattern) {
      await createQueue(`${of}-dead`);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(`${of}-dead`), maxReceiveCount: 20 });
      await createQueue(of, { RedrivePolicy });
      const rule = { Name: of, EventBusName: name, EventPattern: JSON.stringify(pattern) };
      await bridge.send(new PutRuleCommand(rule));
      const Targets = [{ Id: of, Arn: arnOf(of) }];
      await bridge.send(new PutTargetsCommand({ Rule: of, EventBusName: name, Targets }));
      queues[of] = queueOf(of);
    },
  };
}

/** How many messages a queue holds, seen or not, as SQS counts them. */
export async function depthOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
  return names.reduce((sum, each) => sum + Number(Attributes?.[each] ?? 0), 0);
}

interface InSeconds {
  readonly VisibilityTimeout?: number;
  readonly DelaySeconds?: number;
  readonly Entries?: readonly InSeconds[];
}

function paced(sqs: SQSClient, pace: number): SQSClient {
  const shorter = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.ceil(seconds / pace));
  const shorten = ({ VisibilityTimeout, DelaySeconds, Entries, ...rest }: InSeconds): InSeconds =>
    JSON.parse(
      JSON.stringify({
        ...rest,
        VisibilityTimeout: shorter(VisibilityTimeout),
        DelaySeconds: shorter(DelaySeconds),
        Entries: Entries?.map(shorten),
      }),
    ) as InSeconds;
  sqs.middlewareStack.add((next) => (args) => next({ ...args, input: shorten(args.input as InSeconds) as never }), {
    step: 'initialize',
    name: 'pace',
  });
  return sqs;
}
