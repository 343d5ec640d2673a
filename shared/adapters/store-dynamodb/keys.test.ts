import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidKey } from './errors.ts';
import {
  identityOf,
  journalKey,
  journalObject,
  journalPartition,
  journalShards,
  markKey,
  outboxKey,
  outboxPartition,
  outboxShards,
  rangeOf,
  recordKey,
} from './keys.ts';

const event = { source: '/contract', id: 'e1', time: '2026-11-21T10:00:00+02:00' };
const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('keys of records', () => {
  it.each([
    ['deployment/shop/web/aws/eu-west-1/fargate', 'monitor#deployment', 'shop/web/aws/eu-west-1/fargate'],
    ['usage', 'monitor#usage', '-'],
    ['a//b', 'monitor#a', '/b'],
    ['a/-/b', 'monitor#a', '-/b'],
    ['a/b#c', 'monitor#a', 'b#c'],
  ])('%s lies at %s, %s', (key, pk, sk) => {
    expect(recordKey('monitor', key)).toEqual({ pk, sk });
  });

  it.each(['', '/', '/a', 'a/', 'a/-', 'a#b/c', 'outbox#0', `a/${'x'.repeat(1021)}`, 'é'.repeat(1024)])(
    'refuses %j',
    (key) => {
      expect(() => recordKey('monitor', key)).toThrow(InvalidKey);
    },
  );

  it('tell any two records apart, and never lie among marks and outbox items', () => {
    const segment = fc.stringMatching(/^[a-z#/-]{0,4}$/);
    fc.assert(
      fc.property(segment, segment, (one, other) => {
        const at = (key: string) => {
          try {
            return JSON.stringify(recordKey('o', key));
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidKey);
            return undefined;
          }
        };
        const [a, b] = [at(one), at(other)];
        if (a !== undefined && one !== other) expect(a).not.toBe(b);
        if (a !== undefined) expect((JSON.parse(a) as { pk: string }).pk.split('#').length).toBe(2);
      }),
    );
  });
});

describe('ranges', () => {
  it('need the whole first segment', () => {
    expect(() => rangeOf('o', 'deployment')).toThrow('must hold the whole first segment');
    expect(() => rangeOf('o', '')).toThrow(InvalidKey);
    expect(() => rangeOf('o', '/a')).toThrow(InvalidKey);
    expect(() => rangeOf('o', 'a/', `a/${'x'.repeat(1100)}`)).toThrow('longer than any key');
  });

  it('hold exactly the keys with the prefix behind `after`, in the order of their bytes', () => {
    const rest = fc.stringMatching(/^[a-c/é😀]{1,4}$/u);
    const prefix = fc.stringMatching(/^[ab]\/[a-c/]{0,2}$/);
    const after = fc.oneof(fc.stringMatching(/^[a-c/é😀]{0,5}$/u), fc.constant('a/\u{10ffff}z'));
    fc.assert(
      fc.property(prefix, after, fc.constantFrom('a', 'b'), rest, (wanted, behind, segment, tail) => {
        const key = `${segment}/${tail}`;
        const { pk, sk } = recordKey('o', key);
        const range = rangeOf('o', wanted, behind);
        const within = range !== undefined && range.pk === pk && bytes(range.from, sk) <= 0 && bytes(sk, range.to) <= 0;
        expect(within).toBe(key.startsWith(wanted) && bytes(key, behind) > 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('never end before they begin: DynamoDB refuses those', () => {
    expect(rangeOf('o', 'a/', 'a/\u{10ffff}z')).toBeUndefined();
    expect(rangeOf('o', 'a/', 'b')).toBeUndefined();
    expect(rangeOf('o', 'a/b', 'a/b')).toEqual({ pk: 'o#a', from: 'b\u0000', to: 'b\u{10ffff}' });
  });
});

describe('marks and outbox items', () => {
  it('keep a mark for each consumer, source and id', () => {
    const mark = { consumer: 'monitor/on-it', source: '/s', id: 'e1' };
    expect(markKey('monitor', mark)).toEqual({
      pk: `monitor#mark#monitor/on-it#${identityOf({ source: '/s', id: 'e1' })}`,
      sk: 'mark',
    });
    const others = [{ consumer: 'monitor/on-other' }, { source: '/t' }, { id: 'e2' }].map((change) => ({
      ...mark,
      ...change,
    }));
    expect(new Set([mark, ...others].map((each) => markKey('monitor', each).pk)).size).toBe(4);
  });

  it('sort events by the instant, whatever zone it was told in', () => {
    const { pk, sk } = outboxKey('monitor', event);
    expect(sk).toBe(`2026-11-21T08:00:00.000Z#e1#${identityOf(event).slice(0, 16)}`);
    expect(outboxShards.map((shard) => outboxPartition('monitor', shard))).toContain(pk);
    expect(outboxShards.length).toBe(16);
  });

  it('spread over all shards', () => {
    const used = new Set(Array.from({ length: 400 }, (_, i) => outboxKey('o', { ...event, id: `e${i}` }).pk));
    expect(used.size).toBe(16);
  });

  it('fit in a sort key for the longest id that an event can have', () => {
    const { sk } = outboxKey('o', { ...event, id: '\u{ffff}'.repeat(256) });
    expect(Buffer.byteLength(sk)).toBeLessThan(1024);
  });
});

describe('keys of the journal', () => {
  it('follow from the event alone, so that accepting again is the same item', () => {
    const { pk, sk } = journalKey({ source: event.source, id: event.id });
    expect(journalKey(event)).toEqual({ pk, sk });
    expect(journalShards.map(journalPartition)).toContain(pk);
    expect(journalKey({ ...event, id: 'e2' }).sk).not.toBe(sk);
    expect(journalObject(event)).toBe(`journal/${sk}`);
  });
});
