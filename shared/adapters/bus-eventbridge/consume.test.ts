import { hash } from 'node:crypto';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { toBusEvent } from '../../contracts/event-pattern.ts';
import type { Subscription } from '../../ports/event-bus.ts';
import { eventOf, serveAws, type Answer } from './fixtures.ts';
import { createEventBridgeBus } from './index.ts';

const now = Date.UTC(2026, 10, 21, 8);
const pattern = { 'detail-type': ['test.happened'] };
let end: () => Promise<void>;
afterEach(() => end());

interface Sent {
  readonly body: string;
  readonly attempt?: number;
  readonly consumer?: string;
}

/** SQS on the wire: hands out what is pushed, once, holds an empty poll, and writes down everything else it is asked for. */
async function setup() {
  const waiting: Sent[] = [];
  const told: [string, Readonly<Record<string, unknown>>][] = [];
  let wake = (): void => {};
  let closing = false;
  let failing = 0;
  let handed = 0;
  const messageOf = ({ body, attempt = 1, consumer }: Sent) => ({
    MessageId: `m${handed++}`,
    ReceiptHandle: body.length > 40 ? (JSON.parse(body) as { id: string }).id : body,
    Body: body,
    MD5OfBody: hash('md5', body),
    Attributes: { ApproximateReceiveCount: String(attempt) },
    ...(consumer === undefined
      ? {}
      : { MessageAttributes: { consumer: { DataType: 'String', StringValue: consumer } } }),
  });
  const receive = async (): Promise<Answer> => {
    if (failing-- > 0) return { status: 500, body: { __type: 'InternalFailure' } };
    if (waiting.length === 0 && !closing) await new Promise<void>((resolve) => (wake = resolve));
    return { body: { Messages: waiting.splice(0, 10).map(messageOf) } };
  };
  const server = await serveAws(({ headers, body }) => {
    const action = String(headers['x-amz-target']).replace(/^.*\./, '');
    if (action === 'ReceiveMessage') return receive();
    const input = body as Readonly<Record<string, unknown>>;
    told.push([action, input]);
    const MD5OfMessageBody = hash('md5', String(input['MessageBody']));
    return { body: action === 'SendMessage' ? { MessageId: 'x', MD5OfMessageBody } : {} };
  });
  const timers = new Set<{ readonly callback: () => void; readonly ms: number }>();
  const bus = createEventBridgeBus({
    eventBus: 'hub',
    clock: { now: () => now },
    random: () => 0.5,
    client: new EventBridgeClient(server.client),
    sqs: new SQSClient(server.client),
    hiddenSeconds: 60,
    timer: {
      set(callback, ms) {
        const timer = { callback, ms };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    queueOf: () => ({
      queueUrl: `${server.client.endpoint}/1/one`,
      deadLetterQueueUrl: `${server.client.endpoint}/1/dead`,
    }),
  });
  const push = (...sent: Sent[]): void => {
    waiting.push(...sent);
    wake();
  };
  const stop = async (): Promise<void> => {
    const stopped = bus.stop();
    closing = true;
    wake();
    await stopped;
  };
  end = async () => {
    await stop();
    await server.close();
  };
  const deliveries: string[] = [];
  const consumer = (name: string, act: Subscription['deliver'] = () => Promise.resolve()): void =>
    bus.subscribe({
      consumer: name,
      pattern,
      deliver: async (event, delivery) => {
        deliveries.push(`${name} ${event.id}#${delivery.attempt}`);
        await act(event, delivery);
      },
    });
  const actions = (): string[] => told.map(([action]) => action);
  const fail = (times: number): void => void (failing = times);
  return { bus, push, stop, consumer, handed: deliveries, told, actions, timers, fail };
}

const bodyOf = (id: string, changes: object = {}): string => JSON.stringify(toBusEvent(eventOf(id, changes)));
const until = async (condition: () => boolean): Promise<void> => {
  for (let look = 0; look < 50_000 && !condition(); look++) await new Promise((resolve) => setImmediate(resolve));
  expect(condition()).toBe(true);
};

describe('a queue of a function', () => {
  it('serves all consumers whose patterns select the event, then deletes the message', async () => {
    const { bus, push, consumer, handed, told } = await setup();
    consumer('f/one');
    consumer('f/two');
    await bus.start();
    push({ body: bodyOf('a') });
    await until(() => told.length === 1);
    expect(handed).toEqual(['f/one a#1', 'f/two a#1']);
    expect(told).toMatchObject([['DeleteMessage', { ReceiptHandle: 'a' }]]);
  });

  it('serves the one consumer that a redriven message names', async () => {
    const { bus, push, consumer, handed, actions } = await setup();
    consumer('f/one');
    consumer('f/two');
    await bus.start();
    push({ body: bodyOf('a'), consumer: 'f/two' });
    await until(() => actions().includes('DeleteMessage'));
    expect(handed).toEqual(['f/two a#1']);
  });

  it('hides a message that failed for the backoff, in whole seconds', async () => {
    const { bus, push, consumer, told } = await setup();
    consumer('f/one', () => Promise.reject(Object.assign(new Error('slow'), { retryAfterMs: 30_000 })));
    await bus.start();
    push({ body: bodyOf('a'), attempt: 2 });
    await until(() => told.length === 1);
    // 30 s asked for, and half of the first backoff of 200 ms as jitter.
    expect(told).toMatchObject([['ChangeMessageVisibility', { ReceiptHandle: 'a', VisibilityTimeout: 31 }]]);
  });

  it('sends the last attempt to the dead letters with its error, and only then deletes it', async () => {
    const { bus, push, consumer, told } = await setup();
    consumer('f/one', () => Promise.reject(new RangeError('no good')));
    await bus.start();
    push({ body: bodyOf('a'), attempt: 12 });
    await until(() => told.length === 2);
    const value = (StringValue: string) => expect.objectContaining({ StringValue }) as unknown;
    expect(told).toMatchObject([
      [
        'SendMessage',
        {
          QueueUrl: expect.stringMatching(/dead$/) as unknown,
          MessageBody: bodyOf('a'),
          MessageAttributes: {
            errorName: value('RangeError'),
            errorMessage: value('no good'),
            consumer: value('f/one'),
            attempts: value('12'),
            deadSince: value(String(now)),
          },
        },
      ],
      ['DeleteMessage', { ReceiptHandle: 'a' }],
    ]);
  });

  it('puts aside at once what nobody can read, and serves its neighbours', async () => {
    const { bus, push, consumer, handed, told, actions } = await setup();
    consumer('f/one');
    await bus.start();
    push({ body: 'garbage' }, { body: bodyOf('other', { type: 'test.unread' }) }, { body: bodyOf('a') });
    await until(() => told.length === 5);
    expect(handed).toEqual(['f/one a#1']);
    expect(actions().sort()).toEqual(['DeleteMessage', 'DeleteMessage', 'DeleteMessage', 'SendMessage', 'SendMessage']);
  });

  it('keeps a message hidden as long as its handler runs', async () => {
    const { bus, push, consumer, told, handed, timers, actions } = await setup();
    let finish = (): void => {};
    consumer('f/one', () => new Promise<void>((resolve) => (finish = resolve)));
    await bus.start();
    push({ body: bodyOf('a') });
    await until(() => handed.length === 1);
    for (const round of [1, 2]) {
      const [timer, ...others] = timers;
      expect([timer?.ms, others]).toEqual([30_000, []]);
      if (timer !== undefined) timers.delete(timer);
      timer?.callback();
      await until(() => told.length === round);
    }
    expect(told[1]).toMatchObject(['ChangeMessageVisibility', { VisibilityTimeout: 60 }]);
    finish();
    await until(() => actions().includes('DeleteMessage'));
    await until(() => timers.size === 0);
  });

  it('gives back what waits behind another of its subject when it stops', async () => {
    const { bus, push, stop, consumer, handed, told } = await setup();
    let finish = (): void => {};
    consumer('f/one', () => new Promise<void>((resolve) => (finish = resolve)));
    await bus.start();
    push({ body: bodyOf('a', { subject: 'same' }) }, { body: bodyOf('b', { subject: 'same' }) });
    await until(() => handed.length === 1);
    const stopped = stop();
    finish();
    await stopped;
    expect(handed).toEqual(['f/one a#1']);
    expect(told).toMatchObject([
      ['DeleteMessage', { ReceiptHandle: 'a' }],
      ['ChangeMessageVisibility', { ReceiptHandle: 'b', VisibilityTimeout: 0 }],
    ]);
  });

  it('goes on polling after a poll that failed', async () => {
    const { bus, push, consumer, handed, timers, fail } = await setup();
    consumer('f/one');
    fail(1);
    await bus.start();
    await until(() => timers.size === 1);
    const [pause] = timers;
    expect(pause?.ms).toBe(1000);
    pause?.callback();
    push({ body: bodyOf('a') });
    await until(() => handed.length === 1);
  });
});
