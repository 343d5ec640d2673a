import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueHeap } from './due-heap.ts';
import { Fifo } from './fifo.ts';
import { hash53 } from './identity.ts';
import { RecordCache } from './record-cache.ts';

describe('what waits for its time', () => {
  it('comes earliest first, whatever came in between', () => {
    const actions = fc.array(fc.option(fc.integer({ min: 0, max: 50 })), { maxLength: 200 });
    const property = fc.property(actions, (steps) => {
      const heap = new DueHeap<{ dueAt: number }>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) {
          expect(heap.pop()?.dueAt).toBe(model.sort((a, b) => a - b).shift());
        } else {
          heap.push({ dueAt: step });
          model.push(step);
        }
        expect(heap.length).toBe(model.length);
        expect(heap.peek()?.dueAt).toBe(model.length === 0 ? undefined : Math.min(...model));
      }
    });
    fc.assert(property, { seed: 11 });
  });
});

describe('first in, first out', () => {
  it('holds its order while it is given back', () => {
    const fifo = new Fifo<number>();
    let next = 0;
    let expected = 0;
    for (let round = 0; round < 3000; round++) {
      fifo.push(next++);
      fifo.push(next++);
      expect(fifo.shift()).toBe(expected++);
    }
    expect(fifo.length).toBe(3000);
    expect([...fifo].slice(0, 3)).toEqual([3000, 3001, 3002]);
    while (fifo.length > 0) expect(fifo.shift()).toBe(expected++);
    expect(fifo.shift()).toBeUndefined();
  });
});

describe('the record cache', () => {
  it('forgets what was written longest ago once it is full', () => {
    const cache = new RecordCache(30);
    for (const key of ['a', 'b', 'c']) cache.set(key, { version: 1, json: '123456789' });
    cache.set('a', { version: 2, json: '123456789' });
    cache.set('d', { version: 1, json: '123456789' });
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
    expect(cache.get('a')?.version).toBe(2);
    cache.clear();
    expect(cache.get('a')).toBeUndefined();
  });
});

describe('the 53-bit hash', () => {
  it('is a safe integer and tells near texts apart', () => {
    const seen = new Set(Array.from({ length: 100_000 }, (_, i) => hash53(`/homeostasis/test\nevent-${i}`)));
    expect(seen.size).toBe(100_000);
    for (const value of seen) if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value} is no row key`);
  });
});
