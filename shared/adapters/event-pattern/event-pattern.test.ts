import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { toBusEvent, type EventPattern } from '../../contracts/event-pattern.ts';
import { compilePatterns, InvalidPattern } from './index.ts';

function event(data: unknown, attributes: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id: 'e1',
    source: '/homeostasis/test',
    type: 'dev.homeostasis.thing.happened.v1',
    time: '2026-11-21T08:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: 'e1',
    data,
    ...attributes,
  };
}

function matches(pattern: unknown, data: unknown): boolean {
  const matcher = compilePatterns([{ id: 'p', pattern: { detail: { data: pattern } } as EventPattern }]);
  return matcher.match(toBusEvent(event(data))).length === 1;
}

const table: readonly [what: string, pattern: unknown, matching: readonly unknown[], others: readonly unknown[]][] = [
  ['exact text', { a: ['x', 'y'] }, [{ a: 'x' }, { a: 'y', b: 1 }], [{ a: 'X' }, { a: 'xy' }, {}, { a: null }]],
  ['exact number', { a: [300] }, [{ a: 300 }, { a: 3e2 }, { a: [1, 300] }], [{ a: '300' }, { a: 301 }]],
  ['booleans and null', { a: [true, null] }, [{ a: true }, { a: null }], [{ a: 'true' }, { a: false }, {}, { a: 0 }]],
  ['empty text', { a: [''] }, [{ a: '' }], [{ a: ' ' }, { a: null }]],
  ['prefix', { a: [{ prefix: 'eu-' }] }, [{ a: 'eu-west-1' }], [{ a: 'us-eu-' }, { a: 5 }, { a: 'EU-x' }]],
  ['prefix, any case', { a: [{ prefix: { 'equals-ignore-case': 'Eu-' } }] }, [{ a: 'eU-x' }], [{ a: 'us' }]],
  ['suffix', { a: [{ suffix: '.png' }] }, [{ a: 'x.png' }], [{ a: 'x.PNG' }, { a: 'png' }]],
  ['suffix, any case', { a: [{ suffix: { 'equals-ignore-case': '.Png' } }] }, [{ a: 'x.pNG' }], [{ a: 'png.' }]],
  ['any case', { a: [{ 'equals-ignore-case': 'Alice' }] }, [{ a: 'aLICE' }], [{ a: 'alic' }, { a: null }]],
  ['exactly', { a: [{ exactly: 'x' }] }, [{ a: 'x' }], [{ a: 'xx' }]],
  ['anything-but text', { a: [{ 'anything-but': 'x' }] }, [{ a: 'y' }, { a: 5 }, { a: null }], [{ a: 'x' }, {}]],
  ['anything-but list', { a: [{ 'anything-but': ['x', 'y'] }] }, [{ a: 'z' }], [{ a: 'x' }, { a: 'y' }]],
  ['anything-but numbers', { a: [{ 'anything-but': [1, 2] }] }, [{ a: 3 }, { a: '1' }], [{ a: 1 }, { a: 2.0 }]],
  [
    'anything-but in an array: any value will do',
    { a: [{ 'anything-but': 'x' }] },
    [{ a: ['x', 'y'] }],
    [{ a: ['x'] }],
  ],
  ['anything-but prefix', { a: [{ 'anything-but': { prefix: 'us-' } }] }, [{ a: 'eu' }, { a: 1 }], [{ a: 'us-x' }, {}]],
  ['anything-but suffix', { a: [{ 'anything-but': { suffix: ['.a', '.b'] } }] }, [{ a: 'x.c' }], [{ a: 'x.b' }]],
  [
    'anything-but any case',
    { a: [{ 'anything-but': { 'equals-ignore-case': ['On', 'off'] } }] },
    [{ a: 'idle' }],
    [{ a: 'ON' }, { a: 'Off' }],
  ],
  ['anything-but wildcard', { a: [{ 'anything-but': { wildcard: '*/lib/*' } }] }, [{ a: '/x' }], [{ a: 'a/lib/b' }]],
  ['numeric equal', { a: [{ numeric: ['=', 3.5] }] }, [{ a: 3.5 }], [{ a: 3 }, { a: '3.5' }]],
  ['numeric range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, [{ a: 5 }, { a: 0.1 }], [{ a: 0 }, { a: 5.1 }, {}]],
  ['numeric bound', { a: [{ numeric: ['<', -1.5] }] }, [{ a: -2 }], [{ a: -1.5 }, { a: null }]],
  ['exists', { a: [{ exists: true }] }, [{ a: null }, { a: [1] }], [{}, { a: { b: 1 } }, { a: [] }]],
  ['does not exist', { a: [{ exists: false }] }, [{}, { a: { b: 1 } }, { b: 1 }], [{ a: 1 }, { a: null }]],
  ['absent or value', { a: ['x', { exists: false }] }, [{}, { a: 'x' }], [{ a: 'y' }]],
  ['cidr v4', { a: [{ cidr: '10.0.0.0/24' }] }, [{ a: '10.0.0.255' }], [{ a: '10.0.1.0' }, { a: '::1' }, { a: 'x' }]],
  ['cidr all of v4', { a: [{ cidr: '0.0.0.0/0' }] }, [{ a: '255.1.2.3' }], [{ a: '256.1.2.3' }, { a: 1 }]],
  [
    'cidr v6',
    { a: [{ cidr: '2001:db8::/32' }] },
    [{ a: '2001:db8:ffff::1' }, { a: '2001:0DB8::' }],
    [{ a: '2001:db9::' }, { a: '10.0.0.1' }],
  ],
  ['cidr v6 with a v4 tail', { a: [{ cidr: '::ffff:10.0.0.0/104' }] }, [{ a: '::ffff:10.9.9.9' }], [{ a: '::1' }]],
  ['wildcard', { a: [{ wildcard: 'a*b*c' }] }, [{ a: 'abc' }, { a: 'axxbyyc' }], [{ a: 'ab' }, { a: 'acb' }]],
  ['wildcard ends overlap', { a: [{ wildcard: 'ab*ba' }] }, [{ a: 'abba' }, { a: 'abxba' }], [{ a: 'aba' }]],
  ['wildcard escapes', { a: [{ wildcard: '\\**\\\\' }] }, [{ a: '*x\\' }, { a: '*\\' }], [{ a: 'x\\' }]],
  ['wildcard alone', { a: [{ wildcard: '*' }] }, [{ a: '' }, { a: 'x' }], [{ a: 1 }, {}]],
  ['nested', { a: { b: { c: [1] } } }, [{ a: { b: { c: 1 } } }], [{ a: { b: 1 } }, { a: { c: 1 } }]],
  ['all fields', { a: [1], b: [2] }, [{ a: 1, b: 2 }], [{ a: 1 }, { a: 1, b: 3 }]],
  ['dotted names are nesting', { 'a.b': [1] }, [{ a: { b: 1 } }, { 'a.b': 1 }], [{ a: 1 }]],
  ['arrays of values', { a: ['x'] }, [{ a: ['y', 'x'] }, { a: [['x']] }], [{ a: ['y'] }, { a: [] }]],
  [
    'fields of one array element',
    { list: { a: [1], b: [2] } },
    [{ list: [{ a: 0 }, { a: 1, b: 2 }] }, { list: { a: 1, b: [3, 2] } }],
    [{ list: [{ a: 1 }, { b: 2 }] }],
  ],
  [
    'fields of one element, arrays in arrays',
    { outer: { name: ['x'], inner: { a: [1], b: [2] } } },
    [{ outer: [{ name: 'x', inner: [{ a: 9 }, { a: 1, b: 2 }] }] }],
    [
      { outer: [{ name: 'x', inner: [{ a: 1 }, { b: 2 }] }] },
      {
        outer: [
          { name: 'x', inner: [] },
          { name: 'y', inner: [{ a: 1, b: 2 }] },
        ],
      },
    ],
  ],
  [
    'independent arrays do not constrain each other',
    { one: { a: [1] }, two: { b: [2] } },
    [{ one: [{ a: 0 }, { a: 1 }], two: [{ b: 2 }] }],
    [{ one: [{ a: 1 }], two: [{ b: 1 }] }],
  ],
  [
    'absence inside the chosen element',
    { list: { a: [1], b: [{ exists: false }] } },
    [{ list: [{ a: 1 }, { a: 2, b: 1 }] }],
    [{ list: [{ a: 1, b: 1 }, { a: 2 }] }],
  ],
  ['$or', { $or: [{ a: [1] }, { b: [2] }] }, [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }], [{ a: 2, b: 1 }, {}]],
  [
    '$or beside a field, nested',
    { s: ['x'], $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: { e: [4] } }] }] },
    [
      { s: 'x', a: 1 },
      { s: 'x', b: 2, c: 3 },
      { s: 'x', b: 2, d: { e: 4 } },
    ],
    [{ a: 1 }, { s: 'x', b: 2 }, { s: 'y', a: 1 }],
  ],
  ['names from prototypes are not fields', { toString: [{ exists: true }] }, [{ toString: 1 }], [{}]],
];

describe('event patterns', () => {
  it.each(table)('%s', (_, pattern, matching, others) => {
    for (const data of matching) expect(matches(pattern, data), JSON.stringify(data)).toBe(true);
    for (const data of others) expect(matches(pattern, data), JSON.stringify(data)).toBe(false);
  });

  it('reads what the bus adds around the CloudEvent', () => {
    const matcher = compilePatterns([
      { id: 'type', pattern: { 'detail-type': ['dev.homeostasis.thing.happened.v1'] } },
      { id: 'cloud', pattern: { detail: { cloud: ['aws'] } } },
      { id: 'source', pattern: { source: [{ prefix: '/homeostasis/' }], time: [{ prefix: '2026-' }] } },
      { id: 'other', pattern: { 'detail-type': ['dev.homeostasis.thing.removed.v1'] } },
    ]);
    expect(matcher.match(toBusEvent(event({}, { cloud: 'aws' })))).toEqual(['type', 'cloud', 'source']);
  });
});

const invalid: readonly [path: string, pattern: unknown][] = [
  ['(root)', {}],
  ['(root)', []],
  ['a', { a: 'x' }],
  ['a', { a: [] }],
  ['a.b', { a: { b: {} } }],
  ['a[0]', { a: [['x']] }],
  ['a[0]', { a: [{}] }],
  ['a[0]', { a: [{ prefix: 'x', suffix: 'y' }] }],
  ['a[1].like', { a: ['x', { like: 'y' }] }],
  ['a[0].prefix', { a: [{ prefix: 5 }] }],
  ['a[0].prefix.suffix', { a: [{ prefix: { suffix: 'x' } }] }],
  ['a[0].exists', { a: [{ exists: 'yes' }] }],
  ['a[0].numeric', { a: [{ numeric: ['>', 'x'] }] }],
  ['a[0].numeric', { a: [{ numeric: ['>', 1, '>', 2] }] }],
  ['a[0].numeric', { a: [{ numeric: ['>', 5, '<', 1] }] }],
  ['a[0].numeric', { a: [{ numeric: ['!=', 5] }] }],
  ['a[0].cidr', { a: [{ cidr: '10.0.0.0' }] }],
  ['a[0].cidr', { a: [{ cidr: '10.0.0.0/32' }] }],
  ['a[0].wildcard', { a: [{ wildcard: 'a**b' }] }],
  ['a[0].wildcard', { a: [{ wildcard: 'a\\b' }] }],
  ['a[0].anything-but', { a: [{ 'anything-but': ['x', 1] }] }],
  ['a[0].anything-but', { a: [{ 'anything-but': [] }] }],
  ['a[0].anything-but', { a: [{ 'anything-but': null }] }],
  ['a[0].anything-but.cidr', { a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }],
  ['$or', { $or: [{ a: [1] }] }],
  ['$or[0].prefix', { $or: [{ prefix: ['x'] }, { b: [1] }] }],
  ['a', { a: [1], $or: [{ a: [2] }, { b: [1] }] }],
];

describe('invalid event patterns', () => {
  it.each(invalid)('are refused at %s: %j', (path, pattern) => {
    const compile = () => compilePatterns([{ id: 'p', pattern: pattern as EventPattern }]);
    expect(compile).toThrow(InvalidPattern);
    expect(compile).toThrow(`event pattern at ${path}: `);
  });

  it('refuses $or branches that multiply beyond a thousand', () => {
    const wide = (field: string) => ({ $or: Array.from({ length: 33 }, (_, i) => ({ [field]: [i] })) });
    const pattern = { one: wide('a'), two: wide('b') } as unknown as EventPattern;
    expect(() => compilePatterns([{ id: 'p', pattern }])).toThrow('more than 1000 combinations');
  });
});

const word = fc.constantFrom('a', 'b', 'c', 'ab', 'abc', '');
const value = fc.oneof(word, fc.integer({ min: 0, max: 4 }), fc.boolean(), fc.constant(null));
const data = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.oneof(value, fc.array(value, { maxLength: 3 })));
const leaf = fc.oneof(
  { weight: 3, arbitrary: value },
  fc.record({ prefix: word }),
  fc.record({ 'anything-but': word }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ wildcard: fc.constantFrom('a*', '*c', '*b*') }),
);
const pattern = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.array(leaf, { minLength: 1, maxLength: 3 }), {
  minKeys: 1,
});

describe('the index', () => {
  it('finds exactly what each pattern finds alone', () => {
    const property = fc.property(
      fc.array(pattern, { minLength: 8, maxLength: 40 }),
      fc.array(data),
      (rules, events) => {
        const patterns = rules.map((rule, i) => ({ id: `p${i}`, pattern: { detail: { data: rule } } as EventPattern }));
        const together = compilePatterns(patterns);
        for (const body of events) {
          const alone = rules.flatMap((rule, i) => (matches(rule, body) ? [`p${i}`] : []));
          expect(together.match(toBusEvent(event(body)))).toEqual(alone);
        }
      },
    );
    fc.assert(property, { numRuns: 200, seed: 7 });
  });

  it('visits few of ten thousand rules', () => {
    const patterns = Array.from({ length: 10_000 }, (_, i) => ({
      id: `p${i}`,
      pattern: { 'detail-type': [`t${i % 10}`], detail: { data: { tenant: [`n${i}`] } } },
    }));
    const { match } = compilePatterns(patterns);
    let reads = 0;
    const body = new Proxy(
      { tenant: 'n4321' },
      { getOwnPropertyDescriptor: (...of) => (reads++, Reflect.getOwnPropertyDescriptor(...of)) },
    );
    expect(match(toBusEvent(event(body, { type: 't1' })))).toEqual(['p4321']);
    expect(reads).toBe(1);
  });
});
