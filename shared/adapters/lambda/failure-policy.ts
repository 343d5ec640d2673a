import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../contracts/envelope.ts';
import type { Clock } from '../../ports/clock.ts';
import { defaultRetry, type RetryPolicy } from '../../ports/event-bus.ts';
import { NotTheActiveHub } from '../../ports/lease-store.ts';
import { Settlement } from '../bus-eventbridge/settle.ts';
import type { FunctionQueue } from '../dead-letters-sqs/index.ts';
import { describeError, verdict } from '../memory/backoff.ts';
import { NotReached, type Failure } from './queue-function.ts';
import type { Telemetry } from './telemetry.ts';

export interface FailurePolicyOptions {
  readonly sqs: SQSClient;
  readonly queue: FunctionQueue;
  readonly retry?: Partial<RetryPolicy>;
  readonly clock: Clock;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly telemetry: Telemetry;
}

/**
 * What becomes of a record that failed: hidden for the backoff and given back, or, when waiting cannot help, sent to the dead-letter
 * queue with its error. The queue's own redrive would keep the message and lose the reason. What was given back because this hub stands
 * by goes to the end of the queue with all its attempts, and what was not begun is visible again at once.
 */
export function createFailurePolicy(options: FailurePolicyOptions): (failure: Failure) => Promise<boolean> {
  const { sqs, queue, retry, clock, random, telemetry } = options;
  const { logger } = telemetry;
  const settlement = new Settlement(sqs, queue, { clock, logger });
  const policy = { ...defaultRetry, ...retry };

  /** Shown again after `ms`. Given back all the same when it cannot be hidden: it is then only seen again too soon. */
  async function hide(message: Message, ms: number): Promise<true> {
    await settlement.hide(message, ms).catch((cause: unknown) => {
      logger.warn('record.hide-failed', { messageId: message.MessageId, error: describeError(cause) });
    });
    return true;
  }

  /** Nothing is wrong with it: it must find its attempts unspent when this hub is the active one. */
  async function giveBack(message: Message, { consumer, event }: Whose, error: NotTheActiveHub): Promise<boolean> {
    const facts = { consumer, messageId: message.MessageId };
    const tick = event !== undefined && isTick(event);
    logger.info(tick ? 'record.tick-passed-over' : 'record.given-back', { ...facts, reason: error.message });
    if (tick) return false;
    try {
      await settlement.putBack(message, error.retryAfterMs, consumer);
      return false;
    } catch (cause) {
      logger.warn('record.put-back-failed', { ...facts, error: describeError(cause) });
      return hide(message, error.retryAfterMs);
    }
  }

  async function bury(message: Message, { consumer }: Whose, death: { error: unknown; attempts: number }) {
    try {
      await settlement.bury(message, consumer, death);
      return false;
    } catch (cause) {
      // It comes again, and is put aside then; its neighbours are handled whatever becomes of it.
      logger.error('record.put-aside-failed', {
        consumer,
        messageId: message.MessageId,
        error: describeError(cause),
      });
      return true;
    }
  }

  return async ({ record, error, consumer = nameOf(queue), event }) => {
    telemetry.about(event);
    const { messageId, body, receiptHandle } = record;
    const attempt = Number(record.attributes?.ApproximateReceiveCount ?? 1);
    const message = { MessageId: messageId, Body: body, ReceiptHandle: receiptHandle };
    const whose = { consumer, ...(event && { event }) };
    if (error instanceof NotReached) return hide(message, 0);
    if (isGivenBack(error)) return giveBack(message, whose, error);
    const decided = verdict(error, attempt, { policy, random });
    telemetry.failed(consumer, decided.kind);
    if (decided.kind === 'dead') return bury(message, whose, { error, attempts: attempt });
    const { afterMs } = decided;
    logger.warn('record.retry', { consumer, messageId, attempt, afterMs, error: describeError(error) });
    return hide(message, afterMs);
  };
}

interface Whose {
  readonly consumer: string;
  readonly event?: Envelope;
}

/** This hub stands by: it is no attempt, and never a dead letter. */
export function isGivenBack(error: unknown): error is NotTheActiveHub {
  return error instanceof NotTheActiveHub;
}

/** Of a schedule of this region's: a clock that nobody acts on has nothing to say, and it ticks again. */
export const isTick = ({ type }: Pick<Envelope, 'type'>): boolean => type.startsWith('dev.homeostasis.schedule.');

const nameOf = ({ queueUrl }: FunctionQueue): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
