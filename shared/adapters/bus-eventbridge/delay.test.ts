import { hash } from 'node:crypto';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { createDelay, delayedBody, delaySeconds, readDelayed, scheduleName, scheduleOf } from './delay.ts';
import { eventOf, instantTimer, serveAws, type Answer, type Asked } from './fixtures.ts';

const now = Date.UTC(2026, 10, 21, 8);
const minutes = (count: number): number => now + count * 60_000;
const places = {
  scheduleGroup: 'homeostasis',
  queueArn: 'arn:aws:sqs:eu-west-1:123456789012:delay',
  schedulerRoleArn: 'arn:aws:iam::123456789012:role/scheduler',
};

describe('a delay in the queue', () => {
  it('is in whole seconds, never sooner than due', () => {
    expect(delaySeconds(now + 1, now)).toBe(1);
    expect(delaySeconds(now + 1000, now)).toBe(1);
    expect(delaySeconds(now + 1001, now)).toBe(2);
    expect(delaySeconds(now - 5000, now)).toBe(0);
    expect(delaySeconds(minutes(60), now)).toBe(900);
  });

  it('travels with the event', () => {
    const entry = { event: eventOf('a'), dueAt: minutes(3) };
    expect(readDelayed(delayedBody(entry), now)).toEqual(entry);
  });

  it.each(['{', 'null', '{"event":{}}', '{"event":{},"dueAt":"soon"}', '{"event":{},"dueAt":1}'])(
    'refuses %s for good',
    (body) => {
      expect(() => readDelayed(body, now)).toThrow(expect.objectContaining({ name: 'InvalidEvent', terminal: true }));
    },
  );
});

describe('a schedule', () => {
  const entry = { event: eventOf('a'), dueAt: Date.UTC(2026, 10, 21, 12, 34, 56, 789) };

  it('fires once, into the delay queue, a minute before: the Scheduler is that precise', () => {
    expect(scheduleOf(entry, places)).toMatchObject({
      GroupName: 'homeostasis',
      ScheduleExpression: 'at(2026-11-21T12:33:56)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: places.queueArn, RoleArn: places.schedulerRoleArn, Input: delayedBody(entry) },
    });
  });

  it('has a name that follows from source and id, in the letters allowed', () => {
    expect(scheduleName(eventOf('a'))).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
    expect(scheduleName(eventOf('a', { data: 2 }))).toBe(scheduleName(eventOf('a')));
    expect(scheduleName(eventOf('a', { source: '/other' }))).not.toBe(scheduleName(eventOf('a')));
  });
});

describe('delaying', () => {
  let server: Awaited<ReturnType<typeof serveAws>>;
  afterEach(() => server.close());

  async function setup(answer: (asked: Asked, count: number) => Answer) {
    server = await serveAws(answer);
    const sqs = new SQSClient(server.client);
    const scheduler = new SchedulerClient(server.client);
    const surroundings = { clock: { now: () => now }, timer: instantTimer(), random: () => 0.5 };
    return createDelay({ ...places, ...surroundings, queueUrl: `${server.client.endpoint}/1/delay`, sqs, scheduler });
  }

  interface Entry {
    readonly Id: string;
    readonly DelaySeconds: number;
    readonly MessageBody: string;
  }
  const entriesOf = ({ body }: Asked) => (body as { readonly Entries: readonly Entry[] }).Entries;
  // The SDK holds the hash against what it sent.
  const took = ({ Id, MessageBody }: Entry) => ({ Id, MessageId: Id, MD5OfMessageBody: hash('md5', MessageBody) });
  const kept = (asked: Asked): Answer => {
    if (asked.path.startsWith('/schedules/')) return { body: { ScheduleArn: 'arn' } };
    return { body: { Successful: entriesOf(asked).map(took) } };
  };

  it('takes the queue up to 15 minutes, the Scheduler beyond', async () => {
    const delay = await setup(kept);
    const at = (id: string, dueAt: number) => ({ event: eventOf(id), dueAt });
    const answers = await delay([at('far', minutes(15) + 1), at('soon', minutes(1)), at('edge', minutes(15))]);
    expect(answers).toEqual([undefined, undefined, undefined]);
    const [queued, scheduled, ...more] = server.asked;
    expect(more).toEqual([]);
    expect(entriesOf(queued as Asked).map(({ DelaySeconds }) => DelaySeconds)).toEqual([60, 900]);
    expect(scheduled?.path).toBe(`/schedules/${scheduleName(eventOf('far'))}`);
  });

  it('asks again for what the queue refused inside a 200, and only for that', async () => {
    const delay = await setup((asked, count) => {
      const entries = entriesOf(asked);
      if (count > 1) return kept(asked);
      const Failed = [{ Id: '1', Code: 'InternalError', Message: 'try again', SenderFault: false }];
      return { body: { Successful: entries.filter(({ Id }) => Id !== '1').map(took), Failed } };
    });
    const entries = ['a', 'b', 'c'].map((id) => ({ event: eventOf(id), dueAt: minutes(1) }));
    expect(await delay(entries)).toEqual([undefined, undefined, undefined]);
    expect(server.asked.map((asked) => entriesOf(asked).length)).toEqual([3, 1]);
    expect(entriesOf(server.asked[1] as Asked)[0]?.MessageBody).toBe(delayedBody(entries[1] as (typeof entries)[0]));
  });

  it('is content with a schedule that is there already', async () => {
    const delay = await setup(() => ({ status: 409, body: { __type: 'ConflictException', Message: 'exists' } }));
    expect(await delay([{ event: eventOf('a'), dueAt: minutes(60) }])).toEqual([undefined]);
    expect(server.asked.length).toBe(1);
  });

  it('tells for each event what could not be kept', async () => {
    const delay = await setup((asked) =>
      asked.path.startsWith('/schedules/')
        ? { status: 403, body: { __type: 'AccessDeniedException', Message: 'no' } }
        : kept(asked),
    );
    const answers = await delay([
      { event: eventOf('far'), dueAt: minutes(60) },
      { event: eventOf('soon'), dueAt: minutes(1) },
    ]);
    expect(answers).toEqual([expect.objectContaining({ name: 'BusUnavailable' }), undefined]);
    expect(String(answers[0])).toContain('schedule group homeostasis did not take an event: AccessDeniedException');
  });
});
