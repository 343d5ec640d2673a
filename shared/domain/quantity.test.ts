import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mebibytes, millicores } from './quantity.ts';

describe('quantities', () => {
  it.each([
    ['250m', 250],
    ['0.25', 250],
    [0.25, 250],
    ['1', 1000],
    [2, 2000],
    ['0.1', 100],
    ['0.0001', 1],
    ['1500.5m', 1501],
    ['1k', 1_000_000],
    [1e-7, 1],
    ['0', 0],
  ])('%s of cpu are %s millicores', (quantity, expected) => {
    expect(millicores(quantity)).toBe(expected);
  });

  it.each([
    ['512Mi', 512],
    ['1Gi', 1024],
    ['1.5Gi', 1536],
    ['1G', 954],
    ['128M', 123],
    ['1Ki', 1],
    ['1048576', 1],
    ['1048577', 2],
    [1_073_741_824, 1024],
    ['1Ti', 1_048_576],
  ])('%s of memory are %s MiB', (quantity, expected) => {
    expect(mebibytes(quantity)).toBe(expected);
  });

  it.each([
    '',
    'm',
    '-1',
    '1x',
    '1 Gi',
    '1GI',
    '.5',
    '1.',
    '0x10',
    '1e999999999',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
  ])('does not take %s', (text) => {
    expect(millicores(text)).toBeUndefined();
    expect(mebibytes(text)).toBeUndefined();
  });

  it('is exact: never below the quantity, and less than one unit above', () => {
    const decimals = fc.record({ whole: fc.bigInt(0n, 10n ** 9n), fraction: fc.bigInt(0n, 10n ** 9n - 1n) });
    fc.assert(
      fc.property(decimals, ({ whole, fraction }) => {
        const text = `${whole}.${String(fraction).padStart(9, '0')}`;
        const nano = whole * 10n ** 9n + fraction;
        const found = BigInt(millicores(text) ?? -1);
        expect(found * 10n ** 6n >= nano && (found - 1n) * 10n ** 6n < nano).toBe(true);
      }),
    );
  });

  it('reads its own units back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (count) => {
        expect(millicores(`${count}m`)).toBe(count);
        expect(mebibytes(`${count}Mi`)).toBe(count);
        expect(mebibytes(`${count}Gi`)).toBe(count * 1024);
        expect(mebibytes(String(BigInt(count) * 1024n ** 2n))).toBe(count);
      }),
    );
  });

  it('orders as the numbers do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(mebibytes(`${low}k`) ?? 1).toBeLessThanOrEqual(mebibytes(`${high}k`) ?? 0);
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[0-9.eEmkKMGTi+-]{0,12}$/)), (any) => {
        const found = millicores(any);
        expect(found === undefined || (Number.isInteger(found) && found >= 0)).toBe(true);
      }),
    );
  });
});
