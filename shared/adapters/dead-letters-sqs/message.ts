import type { Message, MessageAttributeValue, SendMessageCommandInput } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../contracts/envelope.ts';
import { toTime } from '../../ports/clock.ts';
import type { DeadLetter } from '../../ports/event-log.ts';
import { readEvent } from '../bus-eventbridge/claim-check.ts';

/** A function's queue, and the one where what it could not handle ends. */
export interface FunctionQueue {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

export interface Death {
  /** The message's body, as the function received it. */
  readonly body: string;
  readonly error: { readonly name: string; readonly message: string };
  readonly consumer: string;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a function sends to its dead-letter queue before it acknowledges: the message with the reason beside it. */
export function deadLetterMessage(deadLetterQueueUrl: string, death: Death): SendMessageCommandInput {
  const { body, error, consumer, attempts, at } = death;
  return {
    QueueUrl: deadLetterQueueUrl,
    MessageBody: body,
    MessageAttributes: {
      errorName: text(error.name),
      errorMessage: text(error.message),
      consumer: text(consumer),
      attempts: { DataType: 'Number', StringValue: String(attempts) },
      deadSince: { DataType: 'Number', StringValue: String(at) },
    },
  };
}

/** SQS refuses an empty string, and every control character but tab and line ends. Source: SQS API, "SendMessage". */
export function text(value: string): MessageAttributeValue {
  const allowed = value.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, ' ');
  return { DataType: 'String', StringValue: allowed === '' ? '(none)' : allowed.slice(0, 4000) };
}

export function attribute({ MessageAttributes }: Message, name: string): string | undefined {
  return MessageAttributes?.[name]?.StringValue;
}

/** When SQS got the message, milliseconds since the epoch. */
export const sentAt = ({ Attributes }: Message): number => Number(Attributes?.SentTimestamp ?? 0);

/** `<13 digits of milliseconds>.<function>.<message id>`: in order of time, and says where to look. */
export function letterId(message: Message, of: string): string {
  return `${String(deadSince(message)).padStart(13, '0')}.${of}.${message.MessageId ?? ''}`;
}

const deadSince = (message: Message): number => Number(attribute(message, 'deadSince') ?? sentAt(message));

/**
 * A message of a dead-letter queue, for people. One that SQS itself moved there has no reason with it: its function crashed or ran
 * out of time on every attempt.
 */
export function readLetter(message: Message, of: string, maxReceiveCount: number): DeadLetter {
  const name = attribute(message, 'errorName');
  return {
    id: letterId(message, of),
    consumer: attribute(message, 'consumer') ?? of,
    event: eventOf(message),
    attempts: Number(attribute(message, 'attempts') ?? maxReceiveCount),
    error:
      name === undefined
        ? { name: 'HandlerCrashed', message: `${of} ended or ran out of time on every attempt: its log says where` }
        : { name, message: attribute(message, 'errorMessage') ?? '' },
    deadSince: toTime(deadSince(message)),
  };
}

/** What is no event at all is shown too, under a type that says so: otherwise nobody would find it. */
function eventOf(message: Message): Envelope {
  const { Body = '', MessageId = '' } = message;
  try {
    return readEvent(Body, sentAt(message));
  } catch {
    return {
      specversion: '1.0',
      id: MessageId,
      source: '/homeostasis/unreadable',
      type: 'dev.homeostasis.unreadable',
      time: toTime(sentAt(message)),
      datacontenttype: 'application/json',
      correlationid: MessageId,
      data: { body: Body.slice(0, 4000) },
    };
  }
}
