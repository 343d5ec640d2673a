import { describe, expect, it } from 'vitest';
import type { Secrets } from '../../shared/ports/secrets.ts';
import { priceSources } from './price-sources.ts';

const secrets = {
  check: () => {
    throw new Error('the variable BILLING_KEY is not set');
  },
} as unknown as Secrets;
const given = { secrets, now: () => 0 };

describe('price sources', () => {
  it('are none by default: nobody is asked without being told to', () => {
    expect(priceSources({}, given)).toEqual([]);
  });

  it('are those that are named and not switched off', () => {
    const found = priceSources({ aws: {}, azure: { enabled: false }, gcp: { enabled: true } }, given);
    expect(found.map(({ cloud }) => cloud)).toEqual(['aws', 'gcp']);
  });

  it('say which secret is missing', () => {
    const sources = { gcp: { apiKey: { environment: 'BILLING_KEY' } } };
    expect(() => priceSources(sources, given)).toThrow(
      'cost.prices.sources.gcp.apiKey: the variable BILLING_KEY is not set',
    );
  });
});
