import { inject } from 'vitest';
import { createDelay, createEventBridgeBus, createSender } from '../../shared/adapters/bus-eventbridge/index.ts';
import { createDeadLetters } from '../../shared/adapters/dead-letters-sqs/index.ts';
import { createHandler } from '../../services/outbox/main.delayed.lambda.ts';
import { describeBus } from '../contract/bus.suite.ts';
import type { Create } from '../contract/embedded.ts';
import { createHubBus } from './hub-bus.ts';
import { logBus } from './hub-log.ts';
import { pollQueue } from './hub-poller.ts';
import { ManualTime } from './network-time.ts';

/** A queue of its own for each consumer: the suite's consumers are independent of each other. */
const nameOf = (consumer: string): string => consumer.replaceAll('/', '-');

/** SQS's seconds pass ten times as fast: the suite waits for half a minute's visibility timeout. */
const pace = 10;

const create: Create = async () => {
  const time = new ManualTime();
  const endpoint = inject('motoEndpoint');
  const hub = await createHubBus(endpoint, pace);
  const { eventBus, bridge, sqs, scheduler, scheduleGroup, delayQueueUrl: queueUrl, delayQueueArn: queueArn } = hub;
  const everything = await logBus(hub, { endpoint, clock: time, nameOf });
  const { log, records, documents } = everything;
  const schedulerRoleArn = 'arn:aws:iam::123456789012:role/scheduler';
  const delay = createDelay({ queueUrl, queueArn, schedulerRoleArn, scheduleGroup, sqs, scheduler, clock: time });
  const sending = { eventBus, clock: time, random: () => 0.5, client: bridge, delay, documents };
  const queueOf = (consumer: string) => hub.queueOf(nameOf(consumer));
  const bus = createEventBridgeBus({ ...sending, sqs, queueOf, waitSeconds: 1 });
  const failed = () => Promise.resolve(true);
  const delayed = pollQueue(sqs, queueUrl, createHandler({ send: createSender(sending), clock: time, failed }));
  const provisioned: Promise<void>[] = [];
  return {
    ...{ time, log, records, documents },
    bus: {
      subscribe(subscription) {
        bus.subscribe(subscription);
        everything.subscribe(subscription);
        provisioned.push(hub.provision(nameOf(subscription.consumer), subscription.pattern));
      },
      async publish(entries) {
        await Promise.all(provisioned);
        return bus.publish(entries);
      },
      async start() {
        await Promise.all(provisioned);
        await bus.start();
      },
      stop: () => bus.stop(),
    },
    deadLetters: createDeadLetters({ client: sqs, queues: hub.queues, clock: Date }),
    async close() {
      await Promise.all(provisioned);
      await Promise.all([bus.stop(), delayed.stop(), everything.stop()]);
      for (const client of [bridge, sqs, scheduler]) client.destroy();
    },
  };
};

describeBus('eventbridge', create);
