import { describe, expect, it } from 'vitest';
import type { HeldLease } from '../../shared/ports/lease-store.ts';
import { awaitTurn } from './turn.ts';

const everyMs = 5000;

/** A register whose beat rises every `everyMs` until `endsAt`. */
function register(holder: string, endsAt: number, more: { released?: true } = {}) {
  let now = 0;
  const lease = { holder, epoch: 3, tenure: 3, from: 2, until: 30_000, ...more };
  return {
    me: 'eu-west-1',
    everyMs,
    read: () =>
      Promise.resolve<HeldLease>({ lease: { ...lease, beat: Math.floor(Math.min(now, endsAt) / everyMs) }, tag: 't' }),
    wait: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
    clock: { now: () => now },
    remainingMs: () => 110_000 - now,
    now: () => now,
  };
}

describe('whose turn it is to look after the lease', () => {
  it('is a later run’s as soon as the earlier one no longer renews', async () => {
    const ports = register('eu-west-1', 40_000);
    expect(await awaitTurn(ports)).toBe(true);
    expect(ports.now()).toBeGreaterThanOrEqual(50_000);
    expect(ports.now()).toBeLessThanOrEqual(55_000);
  });

  it('is nobody else’s while it is renewed', async () => {
    expect(await awaitTurn(register('eu-west-1', Infinity))).toBe(false);
  });

  it('is this environment’s at once, where what it wrote last still stands', async () => {
    const ports = register('eu-west-1', 0);
    expect(await awaitTurn({ ...ports, mine: '3/0' })).toBe(true);
    expect(ports.now()).toBe(0);
  });

  it.each([
    ['another hub holds it', register('eu-central-1', Infinity)],
    ['it was given up', register('eu-west-1', Infinity, { released: true })],
    ['there is none', { ...register('eu-west-1', 0), read: () => Promise.resolve(undefined) }],
    ['the register is silent', { ...register('eu-west-1', 0), read: () => Promise.reject(new Error('no answer')) }],
  ])('is at once when %s', async (_, ports) => {
    expect(await awaitTurn(ports)).toBe(true);
    expect(ports.clock.now()).toBe(0);
  });
});
