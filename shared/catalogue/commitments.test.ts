import { describe, expect, it } from 'vitest';
import { commitments } from './commitments.ts';
import { embeddedCatalogue } from './embedded.ts';
import { facts } from './provenance.ts';

describe('commitments', () => {
  it('each saves something, and says where that was read', () => {
    expect(commitments.length).toBeGreaterThan(0);
    for (const { discount, termMonths, name } of commitments) {
      expect(discount.value, name).toBeGreaterThan(0);
      expect(discount.value, name).toBeLessThan(1);
      expect(discount.source, name).not.toBe('');
      expect(discount.asOf, name).toMatch(/^\d{4}-\d{2}-\d{2}$|^undated$/);
      expect([12, 36]).toContain(termMonths);
    }
    expect([...facts(commitments)]).toHaveLength(commitments.length);
  });

  it('are for runtimes of the catalogue', () => {
    const known = new Set(embeddedCatalogue.offerings.map(({ cloud, runtime }) => `${cloud}/${runtime}`));
    for (const { cloud, runtime } of commitments) expect(known).toContain(`${cloud}/${runtime}`);
  });

  it('save no less over three years than over one', () => {
    for (const short of commitments.filter(({ termMonths }) => termMonths === 12)) {
      const long = commitments.find(
        (each) =>
          each.termMonths === 36 &&
          each.cloud === short.cloud &&
          each.architecture === short.architecture &&
          each.billing === short.billing &&
          each.upfront === short.upfront,
      );
      if (long !== undefined) expect(long.discount.value).toBeGreaterThanOrEqual(short.discount.value);
    }
  });
});
