import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../ports/clock.ts';
import { defaultRetry, type RetryPolicy } from '../../ports/event-bus.ts';
import { Settlement } from '../bus-eventbridge/settle.ts';
import type { FunctionQueue } from '../dead-letters-sqs/index.ts';
import { describeError, verdict } from '../memory/backoff.ts';
import type { Failure } from './queue-function.ts';
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
 * queue with its error. The queue's own redrive would keep the message and lose the reason.
 */
export function createFailurePolicy(options: FailurePolicyOptions): (failure: Failure) => Promise<boolean> {
  const { sqs, queue, retry, clock, random, telemetry } = options;
  const { logger } = telemetry;
  const settlement = new Settlement(sqs, queue, { clock, logger });
  const policy = { ...defaultRetry, ...retry };
  return async ({ record, error, consumer = nameOf(queue), event }) => {
    telemetry.about(event);
    const { messageId, body, receiptHandle } = record;
    const attempt = Number(record.attributes?.ApproximateReceiveCount ?? 1);
    const message = { MessageId: messageId, Body: body, ReceiptHandle: receiptHandle };
    const decided = verdict(error, attempt, { policy, random });
    telemetry.failed(consumer, decided.kind);
    if (decided.kind === 'dead') {
      try {
        await settlement.bury(message, consumer, { error, attempts: attempt });
        return false;
      } catch (cause) {
        // It comes again, and is put aside then; its neighbours are handled whatever becomes of it.
        logger.error('record.put-aside-failed', { consumer, messageId, error: describeError(cause) });
        return true;
      }
    }
    logger.warn('record.retry', {
      consumer,
      messageId,
      attempt,
      afterMs: decided.afterMs,
      error: describeError(error),
    });
    // Given back all the same when it cannot be hidden: it is then only seen again too soon.
    await settlement.hide(message, decided.afterMs).catch((cause: unknown) => {
      logger.warn('record.hide-failed', { messageId, error: describeError(cause) });
    });
    return true;
  };
}

const nameOf = ({ queueUrl }: FunctionQueue): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
