import { describe, expect, it } from 'vitest';
import { toBusEvent } from '../../contracts/event-pattern.ts';
import { eventOf } from '../bus-eventbridge/fixtures.ts';
import { deadLetterMessage, readLetter, text } from './message.ts';

const at = Date.UTC(2026, 10, 21, 8);
const body = JSON.stringify(toBusEvent(eventOf('a')));
const death = {
  body,
  error: { name: 'RangeError', message: 'no good' },
  consumer: 'monitor/on-placement-decided',
  attempts: 12,
  at,
};
/** As SQS would hand out what was sent. */
const received = (changes: object = {}) => ({
  MessageId: 'm-1',
  Body: body,
  Attributes: { SentTimestamp: String(at + 5) },
  MessageAttributes: deadLetterMessage('queue', death).MessageAttributes ?? {},
  ...changes,
});

describe('a dead letter', () => {
  it('is read as it was written', () => {
    expect(deadLetterMessage('https://queue', death)).toMatchObject({ QueueUrl: 'https://queue', MessageBody: body });
    expect(readLetter(received(), 'monitor', 0)).toEqual({
      id: `${at}.monitor.m-1`,
      consumer: 'monitor/on-placement-decided',
      event: eventOf('a'),
      attempts: 12,
      error: { name: 'RangeError', message: 'no good' },
      deadSince: '2026-11-21T08:00:00.000Z',
    });
  });

  it('that SQS moved by itself is a crash of the function', () => {
    expect(readLetter(received({ MessageAttributes: undefined }), 'monitor', 15)).toMatchObject({
      id: `${at + 5}.monitor.m-1`,
      consumer: 'monitor',
      attempts: 15,
      error: { name: 'HandlerCrashed' },
    });
  });

  it('that holds no event is shown all the same', () => {
    const { event } = readLetter(received({ Body: '<xml/>' }), 'monitor', 0);
    expect(event).toMatchObject({ id: 'm-1', type: 'dev.homeostasis.unreadable', data: { body: '<xml/>' } });
  });

  it('has a reason that SQS takes, whatever was thrown', () => {
    expect(text('')).toEqual({ DataType: 'String', StringValue: '(none)' });
    expect(text('a\u0000b\u001bc\td\ud800').StringValue).toBe('a b c\td\ufffd');
    expect(text('x'.repeat(9000)).StringValue).toHaveLength(4000);
  });
});
