import { expect, it } from 'vitest';
import { agedPrices } from './show-plan.ts';

it('says which prices come with the program and which from a list, and how old they are', () => {
  const embedded = { prices: 5, undated: 2, oldest: '2024-07-01', ageDays: 873 };
  const list = { source: 'AWS Price List Query API', prices: 3, oldest: '2026-11-20', ageDays: 1 };
  const pricesAsOf = '2024-07-01';
  expect(agedPrices({ pricesAsOf, prices: { embedded, lists: [] } })).toBe(
    'prices: embedded catalogue, oldest price 2024-07-01, 873 days, 2 of 5 without a date',
  );
  expect(agedPrices({ pricesAsOf, prices: { embedded: { prices: 0, undated: 0 }, lists: [list] } })).toBe(
    'prices: AWS Price List Query API, oldest price 2026-11-20, 1 day',
  );
  expect(agedPrices({ pricesAsOf: 'undated', prices: { embedded: { prices: 1, undated: 1 }, lists: [] } })).toBe(
    'prices: embedded catalogue, 1 of 1 without a date',
  );
});

it('says of older decisions what they know', () => {
  expect(agedPrices({ pricesAsOf: '2026-10-09' })).toBe('oldest dated price 2026-10-09');
  expect(agedPrices({ pricesAsOf: 'undated' })).toBe('no source of a price states its date');
});
