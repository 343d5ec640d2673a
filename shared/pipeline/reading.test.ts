import { describe, expect, it } from 'vitest';
import type { Page } from '../ports/record-store.ts';
import { eachRecord, listAll } from './reading.ts';

/** `count` records below `a/`, in key order, as a store lists them. */
function listing(count: number) {
  const asked: (string | undefined)[] = [];
  const keys = Array.from({ length: count }, (_, i) => `a/${String(i).padStart(5, '0')}`);
  const list = <T>(prefix: string, { after = '', limit = 100 } = {}): Promise<Page<T>> => {
    asked.push(after);
    const left = keys.filter((key) => key.startsWith(prefix) && key > after);
    const items = left.slice(0, limit).map((key) => ({ key, value: key as T, version: 1 }));
    const last = items.at(-1)?.key;
    return Promise.resolve({ items, ...(left.length > limit && last !== undefined ? { next: last } : {}) });
  };
  return { list, asked, keys };
}

describe('reading all records of a prefix', () => {
  it.each([0, 1, 500, 501, 1234])('of %i leaves out none and tells none twice', async (count) => {
    const { list, keys } = listing(count);
    expect(await listAll({ list }, 'a/')).toEqual(keys);
  });

  it('asks for no page that nobody reads', async () => {
    const { list, asked } = listing(1234);
    for await (const _first of eachRecord({ list }, 'a/')) break;
    expect(asked).toEqual(['']);
  });
});
