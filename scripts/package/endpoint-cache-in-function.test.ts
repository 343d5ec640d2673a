import { createRequire } from 'node:module';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EndpointCache } from './endpoint-cache-in-function.ts';
import { root } from './hub.ts';

/** The SDK's own, as its client of DynamoDB finds it. */
const require = createRequire(join(root, 'node_modules/@aws-sdk/middleware-endpoint-discovery/package.json'));
const { EndpointCache: Original } = require('@aws-sdk/endpoint-cache') as { EndpointCache: typeof EndpointCache };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const key = fc.constantFrom('a', 'b', 'c');
const endpoints = fc.array(
  fc.record({ Address: fc.constantFrom('', 'one', 'two'), CachePeriodInMinutes: fc.integer({ min: 0, max: 3 }) }),
  { maxLength: 2 },
);
type Step = (cache: EndpointCache) => unknown;
const step: fc.Arbitrary<Step> = fc.oneof(
  key.map(
    (each): Step =>
      (cache) =>
        cache.get(each),
  ),
  key.map(
    (each): Step =>
      (cache) =>
        cache.has(each),
  ),
  key.map(
    (each): Step =>
      (cache) =>
        cache.delete(each),
  ),
  fc.tuple(key, endpoints).map(
    ([each, some]): Step =>
      (cache) =>
        cache.set(each, some),
  ),
  fc.constant<Step>((cache) => cache.clear()),
);

describe('the cache of discovered endpoints in a packaged function', () => {
  it('answers as the SDK’s own does, as time goes by', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 90_000 }))), (steps) => {
        const caches = [new EndpointCache(10), new Original(10)];
        for (const [act, ms] of steps) {
          const [ours, theirs] = caches.map(act);
          expect(ours).toEqual(theirs);
          vi.advanceTimersByTime(ms);
        }
        const one = [{ Address: 'only', CachePeriodInMinutes: 1 }];
        for (const cache of caches) cache.set('a', one);
        expect(caches.map((cache) => cache.getEndpoint('a'))).toEqual(['only', 'only']);
        expect(caches.map((cache) => cache.getEndpoint('never'))).toEqual([undefined, undefined]);
      }),
    );
  });

  it('forgets what was not used for longest, as the SDK’s own does', () => {
    const left = [new EndpointCache(2), new Original(2)].map((cache) => {
      for (const each of ['a', 'b']) cache.set(each, [{ Address: each, CachePeriodInMinutes: 5 }]);
      cache.get('a');
      cache.set('c', [{ Address: 'c', CachePeriodInMinutes: 5 }]);
      return ['a', 'b', 'c'].filter((each) => cache.has(each));
    });
    expect(left).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });
});
