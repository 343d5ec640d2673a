import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maximumEventBytes } from '../../shared/contracts/envelope.ts';
import {
  CommandAlreadyHasReader,
  EventTooLarge,
  type Delivery,
  type Subscription,
} from '../../shared/ports/event-bus.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { UnknownConsumer, type LogEntry } from '../../shared/ports/event-log.ts';
import { InvalidPattern } from '../../shared/adapters/event-pattern/index.ts';
import type { Create, Subject } from './embedded.ts';
import { turns, until } from './manual-time.ts';
import { happened, sampleEvent } from './samples.ts';

/** What every EventBus promises, with the log and the dead letters beside it. */
export function describeBus(name: string, create: Create): void {
  describe(`${name} as an event bus`, () => {
    let subject: Subject;
    beforeEach(async () => {
      subject = await create();
    });
    afterEach(() => subject.close());

    /** A consumer that writes down what it is handed, and does what it is told. */
    function consume(consumer: string, act?: Subscription['deliver'], more: Partial<Subscription> = {}) {
      const got: { event: Envelope; delivery: Delivery; at: number }[] = [];
      subject.bus.subscribe({
        consumer,
        pattern: happened,
        deliver: async (event, delivery) => {
          got.push({ event, delivery, at: subject.time.now() });
          await act?.(event, delivery);
        },
        ...more,
      });
      return { got, ids: () => got.map(({ event }) => event.id) };
    }

    const publish = (...events: Envelope[]) => subject.bus.publish(events.map((event) => ({ event })));

    describe('delivery', () => {
      it('hands each event to every consumer whose pattern matches, once', async () => {
        const one = consume('test/one');
        const two = consume('test/two');
        const other = consume('test/other', undefined, { pattern: { 'detail-type': ['contract.other'] } });
        await subject.bus.start();
        expect(await publish(sampleEvent('a'), sampleEvent('b'))).toEqual(['accepted', 'accepted']);
        await until(() => one.got.length === 2 && two.got.length === 2, 'both consumers have both events');
        await turns();
        expect(one.ids().sort()).toEqual(['a', 'b']);
        expect(two.ids().sort()).toEqual(['a', 'b']);
        expect(other.got).toEqual([]);
        expect(one.got[0]?.event).toEqual(sampleEvent(one.ids()[0] ?? ''));
        expect(one.got[0]?.delivery).toEqual({ consumer: 'test/one', attempt: 1 });
      });

      it('matches on content, as EventBridge would', async () => {
        const eu = consume('test/eu', undefined, { pattern: { detail: { data: { region: [{ prefix: 'eu-' }] } } } });
        await subject.bus.start();
        await publish(
          sampleEvent('a', { data: { region: 'us-east-1' } }),
          sampleEvent('b', { data: { region: 'eu-west-1' } }),
        );
        await until(() => eu.got.length > 0, 'the event is delivered');
        await turns();
        expect(eu.ids()).toEqual(['b']);
      });

      it('hands out nothing before start and after stop, and resumes', async () => {
        const one = consume('test/one');
        await publish(sampleEvent('a'));
        await turns();
        expect(one.got).toEqual([]);
        await subject.bus.start();
        await until(() => one.got.length === 1, 'the event is delivered');
        await subject.bus.stop();
        await publish(sampleEvent('b'));
        await turns();
        expect(one.ids()).toEqual(['a']);
        await subject.bus.start();
        await until(() => one.got.length === 2, 'the second event is delivered');
      });

      it('waits for handlers under way when it stops', async () => {
        let finish = (): void => {};
        const one = consume('test/one', () => new Promise((resolve) => (finish = resolve)));
        await subject.bus.start();
        await publish(sampleEvent('a'));
        await until(() => one.got.length === 1, 'the handler runs');
        let stopped = false;
        const stopping = subject.bus.stop().then(() => (stopped = true));
        await turns();
        expect(stopped).toBe(false);
        finish();
        await stopping;
        expect(stopped).toBe(true);
      });

      it('does not deliver what was published before the consumer was known', async () => {
        await publish(sampleEvent('a'));
        const one = consume('test/one');
        await subject.bus.start();
        await publish(sampleEvent('b'));
        await until(() => one.got.length > 0, 'an event is delivered');
        await turns();
        expect(one.ids()).toEqual(['b']);
      });

      it('hands out events of one subject one after another', async () => {
        let underWay = 0;
        let most = 0;
        const one = consume('test/one', async () => {
          most = Math.max(most, ++underWay);
          await turns(3);
          underWay--;
        });
        await subject.bus.start();
        await publish(...['a', 'b', 'c', 'd'].map((id) => sampleEvent(id, { subject: 'same' })));
        await until(() => one.got.length === 4 && underWay === 0, 'all are handled');
        expect(most).toBe(1);
        expect(one.ids()).toEqual(['a', 'b', 'c', 'd']);
      });
    });

    describe('duplicates', () => {
      it('knows an event by source and id', async () => {
        const one = consume('test/one');
        await subject.bus.start();
        expect(await publish(sampleEvent('a'), sampleEvent('a'))).toEqual(['accepted', 'duplicate']);
        expect(await publish(sampleEvent('a', { data: { n: 2 } }))).toEqual(['duplicate']);
        expect(await publish(sampleEvent('a', { source: '/elsewhere' }))).toEqual(['accepted']);
        await until(() => one.got.length === 2, 'both events are delivered');
        await turns();
        expect(one.got.length).toBe(2);
        expect((await subject.log.read({})).length).toBe(2);
      });

      it('refuses an event beyond the limit before anything is stored', async () => {
        const large = sampleEvent('large', { data: { text: 'x'.repeat(maximumEventBytes) } });
        await expect(publish(sampleEvent('small'), large)).rejects.toBeInstanceOf(EventTooLarge);
        const wide = sampleEvent('wide', { data: { text: 'é'.repeat(maximumEventBytes / 2) } });
        await expect(publish(wide)).rejects.toBeInstanceOf(EventTooLarge);
        expect(await subject.log.read({})).toEqual([]);
        const fits = sampleEvent('fits', { data: { text: 'x'.repeat(maximumEventBytes - 400) } });
        expect(await publish(fits)).toEqual(['accepted']);
      });
    });

    describe('delay', () => {
      it('delivers no sooner than due, earliest first', async () => {
        const one = consume('test/one');
        await subject.bus.start();
        const now = subject.time.now();
        await subject.bus.publish([
          { event: sampleEvent('late'), dueAt: now + 60_000 },
          { event: sampleEvent('soon'), dueAt: now + 5_000 },
          { event: sampleEvent('now') },
        ]);
        await until(() => one.got.length === 1, 'the event due at once is delivered');
        subject.time.advance(4_999);
        await turns();
        expect(one.ids()).toEqual(['now']);
        subject.time.advance(1);
        await until(() => one.got.length === 2, 'the second is delivered');
        subject.time.advance(60_000);
        await until(() => one.got.length === 3, 'the third is delivered');
        expect(one.ids()).toEqual(['now', 'soon', 'late']);
        expect(one.got[1]?.at).toBe(now + 5_000);
      });
    });

    describe('failure', () => {
      const retry = { maximumAttempts: 3, initialMs: 1000, maximumMs: 10_000 };

      it('retries with growing delays, then dead-letters with the error', async () => {
        const one = consume('test/one', () => Promise.reject(new RangeError('no good')), { retry });
        await subject.bus.start();
        await publish(sampleEvent('a'));
        await until(() => one.got.length === 1, 'the first attempt');
        await turns();
        subject.time.advance(1000);
        await until(() => one.got.length === 2, 'the second attempt within its ceiling');
        await turns();
        subject.time.advance(2000);
        await until(() => one.got.length === 3, 'the third attempt within its ceiling');
        expect(one.got.map(({ delivery }) => delivery.attempt)).toEqual([1, 2, 3]);
        await turns();
        subject.time.advance(3_600_000);
        await turns();
        expect(one.got.length).toBe(3);
        const [dead, ...more] = await subject.deadLetters.list();
        expect(more).toEqual([]);
        expect(dead).toMatchObject({
          consumer: 'test/one',
          event: sampleEvent('a'),
          attempts: 3,
          error: { name: 'RangeError', message: 'no good' },
        });
        expect(Date.parse(dead?.deadSince ?? '')).toBe(one.got[2]?.at);
      });

      it('dead-letters a terminal error at once', async () => {
        const one = consume('test/one', () => Promise.reject(Object.assign(new Error('never'), { terminal: true })));
        await subject.bus.start();
        await publish(sampleEvent('a'));
        await until(() => one.got.length === 1, 'the attempt');
        await turns();
        expect((await subject.deadLetters.list()).map(({ attempts }) => attempts)).toEqual([1]);
      });

      it('survives a handler that throws before it returns, and one that throws no error', async () => {
        const one = consume(
          'test/one',
          () => {
            throw 'a string'; // eslint-disable-line @typescript-eslint/only-throw-error -- what handlers of others may do
          },
          { retry: { maximumAttempts: 1 } },
        );
        await subject.bus.start();
        await publish(sampleEvent('a'));
        await until(() => one.got.length === 1, 'the attempt');
        await turns();
        const [dead] = await subject.deadLetters.list();
        expect(dead?.error.message).toContain('a string');
      });

      it('honours retryAfterMs', async () => {
        let fail = true;
        const one = consume(
          'test/one',
          () => {
            if (fail) return Promise.reject(Object.assign(new Error('slow down'), { retryAfterMs: 30_000 }));
            return Promise.resolve();
          },
          { retry },
        );
        await subject.bus.start();
        await publish(sampleEvent('a'));
        await until(() => one.got.length === 1, 'the first attempt');
        await turns();
        fail = false;
        subject.time.advance(29_999);
        await turns();
        expect(one.got.length).toBe(1);
        subject.time.advance(1_001);
        await until(() => one.got.length === 2, 'the second attempt');
      });

      it('does not let a poison event stop its neighbours', async () => {
        const one = consume('test/one', ({ id }) =>
          id === 'poison' ? Promise.reject(new Error('poison')) : Promise.resolve(),
        );
        await subject.bus.start();
        await publish(...['poison', 'b', 'c'].map((id) => sampleEvent(id, { subject: 'same' })));
        await until(() => one.ids().includes('c'), 'the neighbours are delivered');
        // Where time is real, the poison may be on its second attempt by now.
        expect([...new Set(one.ids())]).toEqual(['poison', 'b', 'c']);
      });

      it('redrives dead letters with fresh attempts', async () => {
        let fail = true;
        const act = () => (fail ? Promise.reject(new Error('down')) : Promise.resolve());
        const one = consume('test/one', act, { retry: { ...retry, maximumAttempts: 1 } });
        await subject.bus.start();
        await publish(sampleEvent('a'), sampleEvent('b'), sampleEvent('c'));
        await until(() => one.got.length === 3, 'the attempts');
        await turns();
        const dead = await subject.deadLetters.list();
        expect(dead.length).toBe(3);
        expect((await subject.deadLetters.list({ limit: 1 })).map(({ id }) => id)).toEqual([dead[0]?.id]);
        expect((await subject.deadLetters.list({ after: dead[1]?.id ?? '' })).map(({ id }) => id)).toEqual([
          dead[2]?.id,
        ]);
        fail = false;
        expect(await subject.deadLetters.redrive([dead[0]?.id ?? '', 'unknown'])).toBe(1);
        await until(() => one.got.length === 4, 'the redriven one is delivered');
        expect(one.got[3]?.delivery.attempt).toBe(1);
        expect(await subject.deadLetters.redrive('all')).toBe(2);
        await until(() => one.got.length === 6, 'the rest is delivered');
        await turns();
        expect(await subject.deadLetters.list()).toEqual([]);
      });
    });

    describe('subscriptions', () => {
      const command = 'contract.command';
      const reader = (consumer: string, cloud?: string): Subscription => ({
        consumer,
        pattern: { 'detail-type': [command], ...(cloud === undefined ? {} : { detail: { cloud: [cloud] } }) },
        command: { type: command, ...(cloud === undefined ? {} : { cloud }) },
        deliver: () => Promise.resolve(),
      });

      it('gives a command exactly one reader for each cloud', () => {
        subject.bus.subscribe(reader('test/aws', 'aws'));
        subject.bus.subscribe(reader('test/azure', 'azure'));
        expect(() => subject.bus.subscribe(reader('test/aws-too', 'aws'))).toThrow(CommandAlreadyHasReader);
        expect(() => subject.bus.subscribe(reader('test/all'))).toThrow(CommandAlreadyHasReader);
      });

      it('refuses an event reader whose pattern takes a command along', () => {
        subject.bus.subscribe(reader('test/aws', 'aws'));
        const greedy = { 'detail-type': [{ prefix: 'contract.' }] };
        expect(() => consume('test/greedy', undefined, { pattern: greedy })).toThrow(
          'contract.command is read by test/aws; test/greedy cannot read it too',
        );
      });

      it('refuses a pattern that EventBridge would refuse, and a name taken', () => {
        expect(() => consume('test/bad', undefined, { pattern: { 'detail-type': [] } })).toThrow(InvalidPattern);
        consume('test/one');
        expect(() => consume('test/one')).toThrow('test/one is subscribed already');
      });
    });

    describe('log', () => {
      it('keeps every event in order, with how many read it', async () => {
        consume('test/one');
        await publish(sampleEvent('a'), sampleEvent('b', { type: 'contract.unread' }));
        await publish(sampleEvent('c', { correlationid: 'chain', subject: 'shop/web' }));
        const entries = await subject.log.read({});
        expect(entries.map(({ event, consumers }) => [event.id, consumers])).toEqual([
          ['a', 1],
          ['b', 0],
          ['c', 1],
        ]);
        const [first, second, third] = entries.map(({ sequence }) => sequence);
        expect([first, second, third].every((n, i, all) => i === 0 || (n ?? 0) > (all[i - 1] ?? 0))).toBe(true);
        const ids = async (query: Parameters<Subject['log']['read']>[0]) =>
          (await subject.log.read(query)).map(({ event }) => event.id);
        expect(await ids({ after: first ?? 0 })).toEqual(['b', 'c']);
        expect(await ids({ limit: 2 })).toEqual(['a', 'b']);
        expect(await ids({ reverse: true, limit: 2 })).toEqual(['c', 'b']);
        expect(await ids({ reverse: true, before: third ?? 0 })).toEqual(['b', 'a']);
        expect(await ids({ before: third ?? 0, after: first ?? 0 })).toEqual(['b']);
        expect(await ids({ reverse: true, before: first ?? 0 })).toEqual([]);
        expect(await ids({ type: 'contract.unread' })).toEqual(['b']);
        expect(await ids({ subjectPrefix: 'shop/' })).toEqual(['c']);
        expect(await ids({ correlationid: 'chain' })).toEqual(['c']);
        expect(await ids({ correlationid: 'chain', type: 'contract.unread' })).toEqual([]);
      });

      it('tells followers of each event until they stop', async () => {
        const seen: LogEntry[] = [];
        const unfollow = subject.log.follow((entry) => seen.push(entry));
        await publish(sampleEvent('a'), sampleEvent('a'));
        expect(seen.map(({ event, consumers }) => [event.id, consumers])).toEqual([['a', 0]]);
        unfollow();
        await publish(sampleEvent('b'));
        await turns();
        expect(seen.length).toBe(1);
      });

      it('replays a range to one consumer and clears its marks', async () => {
        const mark = (consumer: string, { source, id }: Envelope) =>
          subject.records.commit({ mark: { consumer, source, id }, writes: [], events: [] });
        const one = consume('test/one', (event) => mark('test/one', event));
        const two = consume('test/two', (event) => mark('test/two', event));
        await subject.bus.start();
        await publish(...['a', 'b', 'c'].map((id) => sampleEvent(id)), sampleEvent('x', { type: 'contract.other' }));
        await until(() => one.got.length === 3 && two.got.length === 3, 'all are handled');
        await turns();
        const [first, , third] = (await subject.log.read({})).map(({ sequence }) => sequence);
        expect(await subject.log.replay({ consumer: 'test/one', after: first ?? 0 })).toBe(2);
        await until(() => one.got.length === 5, 'the range is handed out again');
        await turns();
        expect(one.ids().slice(3).sort()).toEqual(['b', 'c']);
        expect(two.got.length).toBe(3);
        // The mark was cleared, or the second commit would have been refused and the delivery retried.
        expect(one.got.slice(3).map(({ delivery }) => delivery.attempt)).toEqual([1, 1]);
        expect(await subject.log.replay({ consumer: 'test/one', after: 0, until: (third ?? 0) - 1 })).toBe(2);
        const unknown = await subject.log
          .replay({ consumer: 'test/nobody', after: 0 })
          .catch((error: unknown) => error);
        expect(unknown).toBeInstanceOf(UnknownConsumer);
        expect(unknown).toMatchObject({ consumer: 'test/nobody', known: ['test/one', 'test/two'] });
      });
    });
  });
}
