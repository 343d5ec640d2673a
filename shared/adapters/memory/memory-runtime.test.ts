import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { SimulatedCrash, type Probe, type ProbePoint } from './crash.ts';
import { createMemoryRuntime, type MemoryOptions } from './memory-runtime.ts';

function event(id: string, subject = id): Envelope {
  return {
    specversion: '1.0',
    id,
    source: '/memory',
    type: 'thing.happened',
    subject,
    time: '2026-11-21T08:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: id,
    data: {},
  };
}

/** A runtime with one consumer that counts into a record and says `thing.counted`, once in effect. */
function counting(options: Partial<MemoryOptions> = {}) {
  const clock = { at: 1000, now: () => clock.at };
  const runtime = createMemoryRuntime({ clock, ...options });
  const attempts: string[] = [];
  runtime.bus.subscribe({
    consumer: 'test/count',
    pattern: { 'detail-type': ['thing.happened'] },
    async deliver(of, { attempt }) {
      attempts.push(`${of.id}#${attempt}`);
      const found = await runtime.records.get<number>('count');
      const mark = { consumer: 'test/count', source: of.source, id: of.id };
      await runtime.records
        .commit({
          mark,
          writes: [{ key: 'count', expectedVersion: found?.version ?? 0, value: (found?.value ?? 0) + 1 }],
          events: [{ event: { ...event(`counted-${of.id}`), type: 'thing.counted' } }],
        })
        .catch((error: Error) => {
          if (error.name !== 'AlreadyProcessed') throw error;
        });
    },
  });
  const publish = (...ids: string[]) => runtime.bus.publish(ids.map((id) => ({ event: event(id) })));
  const count = async () => (await runtime.records.get<number>('count'))?.value ?? 0;
  return { runtime, clock, attempts, publish, count };
}

describe('stepping', () => {
  it('runs exactly one delivery, the one that was chosen', async () => {
    const offered: string[][] = [];
    const { runtime, attempts, publish } = counting({
      schedule: (due) => {
        offered.push(due.map((one) => one.event.id));
        return due.length - 1;
      },
    });
    await publish('a', 'b', 'c');
    expect(await runtime.step()).toMatchObject({ kind: 'delivered', consumer: 'test/count', event: { id: 'c' } });
    expect(await runtime.step()).toMatchObject({ kind: 'delivered', event: { id: 'b' } });
    expect(attempts).toEqual(['c#1', 'b#1']);
    expect(offered).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b'],
    ]);
    await runtime.step();
    expect(await runtime.step()).toEqual({ kind: 'idle' });
  });

  it('tells when the next delivery is due, and waits for the clock', async () => {
    const { runtime, clock } = counting();
    expect(runtime.nextDueAt()).toBeUndefined();
    await runtime.bus.publish([{ event: event('a'), dueAt: 5000 }]);
    expect(runtime.nextDueAt()).toBe(5000);
    expect((await runtime.step()).kind).toBe('idle');
    clock.at = 5000;
    expect((await runtime.step()).kind).toBe('delivered');
    expect(runtime.nextDueAt()).toBeUndefined();
  });

  it('delivers nothing by itself without a timer', async () => {
    const { runtime, attempts, publish } = counting();
    await runtime.bus.start();
    await publish('a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(attempts).toEqual([]);
    expect(runtime.stats()).toEqual({ queued: 1, oldestDueAgeMs: 0, retries: 0, deadLetters: 0, published: 1 });
  });

  it('refuses a choice that is not there', async () => {
    const { runtime, publish } = counting({ schedule: () => 7 });
    await publish('a');
    await expect(runtime.step()).rejects.toThrow('schedule chose 7 of 1 due deliveries');
  });
});

describe('a simulated crash', () => {
  const crashOnce = (at: ProbePoint): Probe => {
    let armed = true;
    return (point, consumer, of) => {
      if (!armed || point !== at) return;
      armed = false;
      throw new SimulatedCrash(point, consumer, of);
    };
  };

  it.each(['before-deliver', 'before-commit', 'after-commit', 'after-deliver'] as const)(
    '%s loses nothing and does nothing twice',
    async (point) => {
      const { runtime, publish, count } = counting({ probe: crashOnce(point) });
      await publish('a');
      expect((await runtime.step()).kind).toBe('crashed');
      expect(await count()).toBe(point === 'before-deliver' || point === 'before-commit' ? 0 : 1);
      expect((await runtime.step()).kind).toBe('delivered');
      expect(await count()).toBe(1);
      expect((await runtime.step()).kind).toBe('idle');
      expect((await runtime.log.read({})).map((entry) => entry.event.id)).toEqual(['a', 'counted-a']);
    },
  );

  it('does not count as an attempt', async () => {
    const { runtime, attempts, publish } = counting({ probe: crashOnce('after-deliver') });
    await publish('a');
    await runtime.step();
    await runtime.step();
    expect(attempts).toEqual(['a#1', 'a#1']);
  });

  it('stops a handler that swallows it', async () => {
    const clock = { now: () => 0 };
    const runtime = createMemoryRuntime({ clock, probe: crashOnce('before-commit') });
    const outcomes: string[] = [];
    runtime.bus.subscribe({
      consumer: 'test/swallows',
      pattern: { 'detail-type': ['thing.happened'] },
      async deliver() {
        for (const key of ['first', 'second']) {
          const write = { key, expectedVersion: 0, value: 1 };
          const done = runtime.records.commit({ writes: [write], events: [] });
          outcomes.push(await done.then(() => 'done').catch((error: Error) => error.name));
        }
      },
    });
    await runtime.bus.publish([{ event: event('a') }]);
    expect((await runtime.step()).kind).toBe('crashed');
    expect(outcomes).toEqual(['SimulatedCrash', 'SimulatedCrash']);
    expect((await runtime.step()).kind).toBe('delivered');
    expect(outcomes.slice(2)).toEqual(['done', 'done']);
  });
});
