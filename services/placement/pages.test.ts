import { describe, expect, it } from 'vitest';
import { inputOf, placed, webService } from './fixtures.ts';
import { paginate } from './pages.ts';
import type { Tier } from '../../shared/contracts/values.ts';

const tiers: readonly Tier[] = ['best-effort', 'standard', 'critical'];
const tierOf = (index: number): Tier => tiers[index % 3] ?? 'standard';
const { services } = placed(inputOf(Array.from({ length: 90 }, (_, i) => webService(`s${i}`, { tier: tierOf(i) }))));
const tiersOf = (urgent: boolean) =>
  paginate(services, [], urgent).pages.map((page) => [...new Set(page.services.map(({ tier }) => tier))]);

describe('pages of a decision', () => {
  it('are filled one after the other, the most important first', () => {
    expect(tiersOf(false)).toEqual([['critical', 'standard'], ['standard', 'best-effort'], ['best-effort']]);
  });

  it('are critical or not, where it is urgent', () => {
    expect(tiersOf(true)).toEqual([['critical'], ['standard', 'best-effort'], ['best-effort']]);
    expect(paginate(services, ['gone'], true).commandPages).toBe(3);
  });

  it('are one, and empty, when nothing changes', () => {
    const same = services.map((each) => ({ ...each, changed: false }));
    expect(paginate(same, [], true)).toMatchObject({
      commandPages: 1,
      pages: [{ services: [], removed: [] }, {}, {}, {}],
    });
  });
});
