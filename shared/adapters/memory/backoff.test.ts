import { describe, expect, it } from 'vitest';
import { describeError, verdict } from './backoff.ts';

const policy = { maximumAttempts: 5, initialMs: 200, maximumMs: 1000 };
const atMost = (error: unknown, attempt: number) => verdict(error, attempt, { policy, random: () => 1 });

describe('backoff', () => {
  it('doubles its ceiling up to the maximum, with full jitter below it', () => {
    expect([1, 2, 3, 4].map((attempt) => atMost(new Error('x'), attempt))).toEqual(
      [200, 400, 800, 1000].map((afterMs) => ({ kind: 'retry', afterMs })),
    );
    expect(verdict(new Error('x'), 3, { policy, random: () => 0 })).toEqual({ kind: 'retry', afterMs: 0 });
    expect(verdict(new Error('x'), 3, { policy, random: () => 0.25 })).toEqual({ kind: 'retry', afterMs: 200 });
  });

  it('ends with the last attempt and at terminal errors', () => {
    expect(atMost(new Error('x'), 5)).toEqual({ kind: 'dead' });
    expect(atMost(Object.assign(new Error('x'), { terminal: true }), 1)).toEqual({ kind: 'dead' });
  });

  it('waits at least as long as it was asked to', () => {
    const asked = Object.assign(new Error('x'), { retryAfterMs: 5000 });
    expect(verdict(asked, 1, { policy, random: () => 0 })).toEqual({ kind: 'retry', afterMs: 5000 });
    expect(verdict(asked, 1, { policy, random: () => 0.5 })).toEqual({ kind: 'retry', afterMs: 5100 });
  });

  it('describes whatever was thrown', () => {
    expect(describeError(new RangeError('far'))).toEqual({ name: 'RangeError', message: 'far' });
    expect(describeError({ code: 7 })).toEqual({ name: 'Error', message: 'a handler threw {"code":7}' });
    expect(describeError(undefined).message).toBe('a handler threw undefined');
    expect(describeError(new Error('x'.repeat(10_000))).message.length).toBe(4000);
  });
});
