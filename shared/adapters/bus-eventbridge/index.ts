import { SQSClient } from '@aws-sdk/client-sqs';
import type { EventBus, Subscription } from '../../ports/event-bus.ts';
import { silentLogger, type Logger } from '../../ports/logger.ts';
import type { FunctionQueue } from '../dead-letters-sqs/message.ts';
import { Routes } from '../memory/routes.ts';
import { systemTimer } from '../memory/timer.ts';
import { QueueReader } from './consume.ts';
import { createPublisher, type PublisherOptions } from './publish.ts';

export { datarefOf, documentOf, readEvent, receiveEvent, type Receiving } from './claim-check.ts';
export { createDelay, readDelayed, type Delay, type Delayed, type DelayOptions } from './delay.ts';
export { EventRefused } from './event-refused.ts';
export { createPublisher, createSender, type PublisherOptions, type Send, type Sent } from './publish.ts';
export { publishRetry, type Patience } from './send-all.ts';

export interface BusOptions extends PublisherOptions {
  readonly sqs?: SQSClient;
  /** The queue that the rules of the consumer's function fill; consumers of one function share one. @throws when there is none */
  queueOf(consumer: string): FunctionQueue;
  readonly logger?: Logger;
  /** Long poll, default 10 seconds: `stop` takes up to so long, an idle queue costs six requests a minute. */
  readonly waitSeconds?: number;
  /** Default 60: after a crash, what was under way is handed out again so much later. */
  readonly hiddenSeconds?: number;
}

/**
 * The hub's bus, for functions that run outside Lambda and read their queues themselves. Rules and queues are infrastructure and
 * stand before anybody subscribes: `subscribe` binds a consumer to its function's queue, and its pattern says which of the queue's
 * events are its own. In Lambda the event source does the reading, and `createPublisher` is all that is needed.
 *
 * Otherwise than the embedded bus: `duplicate` is told within one call only (see `createPublisher`); backoff is in whole seconds,
 * rounded up; events of one subject are handed out one after another by this process, in the order in which SQS gives them.
 * Consumers that share a queue share its attempts: when one fails, those before it see the event again and their marks refuse it.
 * @example
 * const bus = createEventBridgeBus({ eventBus: 'homeostasis', clock: Date, queueOf: () => ({ queueUrl, deadLetterQueueUrl }) });
 */
export function createEventBridgeBus(options: BusOptions): EventBus {
  const { sqs = new SQSClient({}), logger = silentLogger, timer = systemTimer, random = Math.random } = options;
  const routes = new Routes();
  const readers = new Map<string, { readonly reader: QueueReader; readonly consumers: Set<string> }>();
  let started = false;

  function readerOf(queue: FunctionQueue) {
    const known = readers.get(queue.queueUrl);
    if (known !== undefined) return known;
    const consumers = new Set<string>();
    const reader = new QueueReader(queue, {
      ...options,
      ...{ sqs, logger, timer, random },
      waitSeconds: options.waitSeconds ?? 10,
      hiddenSeconds: options.hiddenSeconds ?? 60,
      readersOf: (event) =>
        routes
          .match(event)
          .filter((consumer) => consumers.has(consumer))
          .map((consumer) => routes.get(consumer) as Subscription),
    });
    const made = { reader, consumers };
    readers.set(queue.queueUrl, made);
    return made;
  }

  return {
    publish: createPublisher(options),
    subscribe(subscription) {
      const queue = options.queueOf(subscription.consumer);
      routes.add(subscription);
      const { reader, consumers } = readerOf(queue);
      consumers.add(subscription.consumer);
      reader.allow(subscription.concurrency ?? 16);
      if (started) reader.start();
    },
    start() {
      started = true;
      for (const { reader } of readers.values()) reader.start();
      return Promise.resolve();
    },
    async stop() {
      started = false;
      await Promise.all([...readers.values()].map(({ reader }) => reader.stop()));
    },
  };
}
