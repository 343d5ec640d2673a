import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listPrice, sameAmount } from './decimal.ts';

describe('listPrice', () => {
  it.each([
    ['0.0404800000', {}, 40_480, 1],
    [0.000024, { times: 3600n }, 86_400, 1],
    [2.4e-5, { times: 3600n }, 86_400, 1],
    ['2.4E-05', { times: 3600n }, 86_400, 1],
    ['0.0000025', { times: 3600n }, 9_000, 1],
    ['0.01288871', {}, 1_288_871, 100],
    ['0.4', { times: 1_000_000n, by: 10_000n }, 40_000_000, 1],
    ['0.0000000001', {}, 1, 10_000],
    ['12', {}, 12_000_000, 1],
    ['0', {}, 0, 1],
    ['1e3', {}, 1_000_000_000, 1],
  ])('reads %s exactly', (dollars, factor, micros, per) => {
    expect(listPrice(dollars, 'hour', factor)).toEqual({ micros, per, unit: 'hour', currency: 'USD' });
  });

  it.each([['-1'], [-0.5], ['1,5'], ['$1'], [''], [' 1'], ['NaN'], [Infinity], [null], [undefined], [{}], [true]])(
    'takes %s for no price',
    (dollars) => {
      expect(listPrice(dollars, 'hour')).toBeUndefined();
    },
  );

  it('has no price without an exact form, nor one beyond all money', () => {
    expect(listPrice('0.0000001', 'hour', { by: 3n })).toBeUndefined();
    expect(listPrice('1e-20', 'hour')).toBeUndefined();
    expect(listPrice('99999999999999999999', 'hour')).toBeUndefined();
  });

  it('is the decimal that was written, to the last digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 999_999_999 }), (whole, nanos) => {
        const { micros, per } = listPrice(`${whole}.${String(nanos).padStart(9, '0')}`, 'gb') ?? { micros: -1, per: 1 };
        expect(BigInt(micros) * 1000n).toBe((BigInt(whole) * 1_000_000_000n + BigInt(nanos)) * BigInt(per));
      }),
    );
  });

  it('is the same amount in any form', () => {
    const a = { micros: 12_888_710, per: 1000, unit: 'x', currency: 'USD' } as const;
    expect(sameAmount(a, { ...a, micros: 1_288_871, per: 100 })).toBe(true);
    expect(sameAmount(a, { ...a, per: 100 })).toBe(false);
  });
});
