import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { deadLetterMessage, text, type FunctionQueue } from '../dead-letters-sqs/message.ts';
import { describeError } from '../memory/backoff.ts';

/** Source: SQS quotas, "Message visibility timeout". */
const longestHiddenSeconds = 12 * 3600;

/** Source: SQS quotas, "Message delay". */
const longestDelaySeconds = 900;

/** What can become of a received message, each durable when it resolves. */
export class Settlement {
  readonly #sqs: SQSClient;
  readonly #queue: FunctionQueue;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(sqs: SQSClient, queue: FunctionQueue, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#sqs = sqs;
    this.#queue = queue;
    this.#clock = clock;
    this.#logger = logger;
  }

  async acknowledge({ ReceiptHandle }: Message): Promise<void> {
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queue.queueUrl, ReceiptHandle }));
  }

  /** Out of sight for so long from now on; 0 gives the message back at once. */
  async hide({ ReceiptHandle }: Message, ms: number): Promise<void> {
    const VisibilityTimeout = Math.min(longestHiddenSeconds, Math.ceil(ms / 1000));
    const QueueUrl = this.#queue.queueUrl;
    await this.#sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  }

  /**
   * Behind everything else, as a message that nobody has received yet: neither our attempts nor the queue's own count go on, and it does
   * not grow old. Sent first, then deleted: interrupted in between there are two, which is one event still.
   */
  async putBack(message: Message, ms: number, consumer: string): Promise<void> {
    const DelaySeconds = Math.min(longestDelaySeconds, Math.ceil(ms / 1000));
    const MessageAttributes = { consumer: text(consumer) };
    const entry = { QueueUrl: this.#queue.queueUrl, MessageBody: message.Body ?? '', DelaySeconds, MessageAttributes };
    await this.#sqs.send(new SendMessageCommand(entry));
    await this.acknowledge(message);
  }

  /** Sent first, then deleted: interrupted in between there are two letters, and never none. */
  async bury(message: Message, consumer: string, { error, attempts }: { error: unknown; attempts: number }) {
    const { Body: body = '' } = message;
    const described = describeError(error);
    const death = { body, error: described, consumer, attempts, at: this.#clock.now() };
    this.#logger.error('bus.dead-letter', {
      consumer,
      messageId: message.MessageId,
      attempt: attempts,
      error: described,
    });
    await this.#sqs.send(new SendMessageCommand(deadLetterMessage(this.#queue.deadLetterQueueUrl, death)));
    await this.acknowledge(message);
  }
}
