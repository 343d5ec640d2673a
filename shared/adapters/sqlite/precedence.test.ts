import { describe, expect, it } from 'vitest';
import { ConsumerQueue, type Taken } from './consumer-queue.ts';
import { Turns, type Precedence } from './precedence.ts';

/** Consumers are called by their precedence, and perhaps a number: `usual-2`. */
const byName = (name: string) => name.split('-')[0] as Precedence;

function consumers(dueOf: Readonly<Record<string, number>>, precedenceOf?: typeof byName) {
  const turns = new Turns(precedenceOf);
  for (const [id, [name, due]] of Object.entries(dueOf).entries()) {
    const queue = new ConsumerQueue(id, name);
    queue.subscription = { consumer: name, pattern: {}, deliver: () => Promise.resolve(), concurrency: 100 };
    for (let sequence = 0; sequence < due; sequence++) {
      const entry = { queue, sequence, subject: undefined, event: undefined, size: 0, dueAt: 0, attempts: 0 };
      queue.push(entry);
    }
    turns.add(queue);
  }
  return turns;
}

const names = (taken: readonly Taken[]) => taken.map(({ entry }) => entry.queue.name);
const count = (taken: readonly Taken[], name: string) => names(taken).filter((each) => each === name).length;

describe('what is handed out in a turn', () => {
  it('is everything while nothing has precedence', () => {
    const turns = consumers({ one: 90, other: 90 });
    expect([...turns.take()]).toHaveLength(180);
    expect(turns.heldBack).toBe(false);
  });

  it('is all that is urgent, and little beside it until that is done', () => {
    const turns = consumers({ 'usual-1': 9, urgent: 50, patient: 9 }, byName);
    const first = [...turns.take()];
    expect(names(first).slice(0, 50)).toEqual(Array.from({ length: 50 }, () => 'urgent'));
    expect(first).toHaveLength(52);
    expect([...turns.take()]).toEqual([]);
    // Whatever ends lets something go on: another turn before that would be for nothing.
    expect(turns.heldBack).toBe(false);
    first.at(-1)?.release();
    expect([...turns.take()]).toHaveLength(1);
    for (const { release } of first.slice(0, 50)) release();
    expect([...turns.take()]).toHaveLength(15);
    expect(turns.heldBack).toBe(false);
  });

  it('is nothing urgent before all that decides is done', () => {
    const turns = consumers({ urgent: 3, deciding: 2 }, byName);
    const first = [...turns.take()];
    expect(names(first)).toEqual(['deciding', 'deciding']);
    expect([...turns.take()]).toEqual([]);
    for (const { release } of first) release();
    expect(names([...turns.take()])).toEqual(['urgent', 'urgent', 'urgent']);
  });

  it('is what is told at once, for which nobody waits', () => {
    const turns = consumers({ usual: 9, 'at-once': 20 }, (name) => (name === 'usual' ? 'usual' : 'at-once'));
    expect(names([...turns.take()]).slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'at-once'));
    expect([...turns.take()]).toEqual([]);
    expect(turns.heldBack).toBe(false);
  });

  it('is as much of the rest as a turn takes, in its order', () => {
    const turns = consumers({ patient: 50, usual: 20, prompt: 20 }, byName);
    const first = names([...turns.take()]);
    expect(first).toEqual([
      ...Array.from({ length: 20 }, () => 'prompt'),
      ...Array.from({ length: 12 }, () => 'usual'),
    ]);
    expect(turns.heldBack).toBe(true);
  });

  it('is shared among consumers of the same precedence', () => {
    const turns = consumers({ 'usual-1': 90, 'usual-2': 90, 'usual-3': 4 }, byName);
    const first = [...turns.take()];
    expect([count(first, 'usual-1'), count(first, 'usual-2'), count(first, 'usual-3')]).toEqual([14, 14, 4]);
  });

  it('is, once in a while, what is most patient: nothing waits for ever', () => {
    const turns = consumers({ prompt: 100_000, patient: 100 }, byName);
    let turnsNeeded = 0;
    for (let seen = 0; seen < 100; turnsNeeded++) {
      const taken = [...turns.take()];
      seen += count(taken, 'patient');
      for (const { release } of taken) release();
    }
    expect(turnsNeeded).toBe(32);
  });

  it('is, beside what is urgent without end, the rest too', () => {
    const turns = consumers({ urgent: 100_000, prompt: 1000, patient: 10 }, byName);
    let seen = 0;
    for (let turn = 0; turn < 40; turn++) {
      const taken = [...turns.take()];
      seen += count(taken, 'patient');
      for (const { release } of taken) release();
    }
    expect(seen).toBe(10);
  });
});
