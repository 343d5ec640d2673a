import { expect, it } from 'vitest';
import { agedPrices } from './show-plan.ts';

it('says how old the prices are, or that nobody knows', () => {
  expect(agedPrices('2026-10-09')).toBe('oldest dated price used: 2026-10-09');
  expect(agedPrices('undated')).toBe('no source of a price used states its date');
});
