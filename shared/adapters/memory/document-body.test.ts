import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentBody } from './document-body.ts';

describe('the stored form of a document', () => {
  it('says what JSON says, with keys in order at every depth', () => {
    const value = fc.object({ withDate: true, withNullPrototype: true, maxDepth: 4 });
    fc.assert(
      fc.property(value, (each) => {
        const { json, ref } = documentBody(each);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(each)));
        expect(ref.bytes).toBe(Buffer.byteLength(json));
      }),
    );
    const odd = { b: { toJSON: () => ({ z: 1, y: undefined }) }, ['__proto__']: 2, a: [undefined, { d: 1, c: 2 }] };
    expect(documentBody(odd).json).toBe('{"__proto__":2,"a":[null,{"c":2,"d":1}],"b":{"z":1}}');
  });

  it('is one for equal content, in whatever order it was put together', () => {
    expect(documentBody({ a: 1, b: { d: 2, c: 3 } })).toEqual(documentBody({ b: { c: 3, d: 2 }, a: 1 }));
  });

  it('is refused to what has none', () => {
    expect(() => documentBody(undefined)).toThrow('cannot be a document');
  });
});
