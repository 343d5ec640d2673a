import { describe, expect, it } from 'vitest';
import type { Secrets } from '../../ports/secrets.ts';
import { priceLists } from './configured-lists.ts';

const secrets: Secrets = {
  check: () => {
    throw new Error('the variable BILLING_KEY is not set');
  },
  read: () => Promise.resolve(['new', 'old']),
};
const given = { secrets, now: () => 0 };

describe('price lists', () => {
  it('are none by default: nobody is asked without being told to', () => {
    expect(priceLists({}, given)).toEqual([]);
  });

  it('are those that are named and not switched off', () => {
    const found = priceLists({ aws: {}, azure: { enabled: false }, gcp: { enabled: true } }, given);
    expect(found.map(({ cloud }) => cloud)).toEqual(['aws', 'gcp']);
  });

  it('tell at the start of a key that nobody can have', () => {
    const sources = { gcp: { apiKey: { environment: 'BILLING_KEY' } } };
    expect(() => priceLists(sources, given)).toThrow(
      'cost.prices.sources.gcp.apiKey: the variable BILLING_KEY is not set',
    );
  });
});
