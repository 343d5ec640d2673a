import { describe, expect, it } from 'vitest';
import type { Lease, LeaseStore } from '../../shared/ports/lease-store.ts';
import { createKnownHistory } from './history.ts';

const lease = (change: Partial<Lease> = {}): Lease => ({
  ...{ holder: 'a', epoch: 3, tenure: 3, from: 1, beat: 2, until: 0 },
  ...change,
});
const register = (held: Lease): LeaseStore => ({
  read: () => Promise.resolve({ lease: held, tag: '1' }),
  swap: () => Promise.resolve(),
});

describe('the history that a keeper knows', () => {
  it('is what the table says, and stays when the table is silent', async () => {
    const answers = [Promise.resolve(2), Promise.reject(new Error('silent'))];
    const known = createKnownHistory('a', () => answers.shift() ?? Promise.resolve(0));
    await known.refresh();
    await known.refresh();
    await known.refresh();
    expect(known.tenure()).toBe(2);
  });

  it('is no guess: nothing is claimed before the table was read', async () => {
    const known = createKnownHistory('a', () => Promise.reject(new Error('silent')));
    await expect(known.refresh()).rejects.toThrow('silent');
    expect(known.tenure()).toBe(0);
  });

  it.each([
    ['our confirmed lease', lease(), 3],
    ['our claim', lease({ beat: 1 }), 0],
    ['what we gave up', lease({ released: true }), 0],
    ['the other hub’s lease', lease({ holder: 'b' }), 0],
  ])('follows the own register, with %s in it', async (_, held, tenure) => {
    const read = createKnownHistory('a', () => Promise.resolve(0));
    await read.watching(register(held)).read();
    expect(read.tenure()).toBe(tenure);
    const written = createKnownHistory('a', () => Promise.resolve(0));
    await written.watching(register(held)).swap(undefined, held);
    expect(written.tenure()).toBe(tenure);
  });
});
