import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maximumEventBytes } from '../../contracts/envelope.ts';
import { chunksOf, entriesPerCall, entryBytes, entryOf, inlineBytes } from './entries.ts';
import { eventOf } from './fixtures.ts';

describe('an entry', () => {
  it('carries the CloudEvent whole, under its type and source', () => {
    const event = eventOf('a', { cloud: 'aws' });
    const { Detail = '', ...rest } = entryOf(event, 'hub');
    expect(rest).toEqual({
      EventBusName: 'hub',
      Source: '/homeostasis/monitor',
      DetailType: 'test.happened',
      Time: new Date('2026-11-21T08:00:00.000Z'),
    });
    expect(JSON.parse(Detail)).toEqual(event);
  });

  it('is measured as EventBridge does: UTF-8 bytes of its parts, 14 for the time', () => {
    expect(entryBytes({ Detail: '{}', DetailType: 'é', Source: 'abc' })).toBe(7);
    expect(entryBytes({ Detail: '{}', DetailType: 'é', Source: 'abc', Time: new Date(0) })).toBe(21);
    // Bus name and resources we do not send are not counted.
    expect(entryBytes({ EventBusName: 'hub' })).toBe(0);
  });

  it('leaves room for what is added on the way', () => {
    expect(inlineBytes).toBeLessThan(maximumEventBytes - 8 * 1024);
  });
});

describe('chunks', () => {
  it('keep the order, hold at most ten, and stay within the limit unless one item alone is beyond it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 60 }), (sizes) => {
        const chunks = chunksOf(sizes, (size) => size);
        expect(chunks.flat()).toEqual(sizes);
        for (const chunk of chunks) {
          expect(chunk.length).toBeGreaterThan(0);
          expect(chunk.length).toBeLessThanOrEqual(entriesPerCall);
          const bytes = chunk.reduce((sum, size) => sum + size, 0);
          expect(bytes <= maximumEventBytes || chunk.length === 1).toBe(true);
        }
      }),
    );
  });

  it('are filled before the next one begins', () => {
    expect(
      chunksOf(
        Array.from({ length: 25 }, (_, i) => i),
        () => 1,
      ).map(({ length }) => length),
    ).toEqual([10, 10, 5]);
    expect(chunksOf([200_000, 62_144, 1], (size) => size)).toEqual([[200_000, 62_144], [1]]);
  });
});
