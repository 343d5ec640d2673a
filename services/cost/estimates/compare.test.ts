import { describe, expect, it } from 'vitest';
import { billedThrough, billedWeek, compare, forecastError } from './compare.ts';
import { at, dollars, interval, target } from './fixtures.ts';

describe('the error of an estimate', () => {
  const now = at('2026-11-10T06:00:00Z');
  const days = (provider: string, from: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      provider,
      day: new Date(at(from) + i * 86_400_000).toISOString().slice(0, 10),
    }));
  const through = billedThrough(days('aws', '2026-10-01', 41), now);
  const steady = [interval('2026-09-20T00:00:00Z', undefined, 730 * dollars)];
  const usd = (micros: number) => [{ currency: 'USD', micros }];

  it('is the part of the bill that was not expected', () => {
    expect(forecastError(100, 75)).toBe(0.25);
    expect(forecastError(100, 150)).toBe(-0.5);
    expect(forecastError(0, 10)).toBeUndefined();
  });

  it('leaves out the days whose bills still grow', () => {
    expect([...through]).toEqual([['aws', '2026-11-08']]);
    expect(billedWeek(through)).toEqual({ from: '2026-11-02', to: '2026-11-09' });
    expect(billedWeek(new Map())).toBeUndefined();
  });

  it('is that of complete months and of the last seven days', () => {
    const facts = { months: new Map([['2026-10', usd(31 * 24 * 2 * dollars)]]), week: usd(7 * 24 * dollars) };
    const compared = compare(steady, facts, { through, known: undefined, now });
    expect(compared).toEqual({
      months: [
        // It stood on the last ten days of September, and nothing of it was billed.
        { month: '2026-09', from: '2026-09-01', to: '2026-10-01', billed: 0, estimated: 11 * 24 * dollars },
        {
          month: '2026-10',
          from: '2026-10-01',
          to: '2026-11-01',
          billed: 31 * 48 * dollars,
          estimated: 31 * 24 * dollars,
          ratio: 0.5,
        },
      ],
      week: { from: '2026-11-02', to: '2026-11-09', billed: 168 * dollars, estimated: 168 * dollars, ratio: 0 },
    });
  });

  it('waits until every cloud it was expected on has billed all of it', () => {
    const both = [{ ...steady[0]!, targets: { [target]: 1, 'gcp/europe-west1/cloud-run': 1 } }];
    const facts = { months: new Map([['2026-10', usd(1)]]), week: usd(1) };
    expect(compare(both, facts, { through, known: undefined, now })).toEqual({ months: [] });
    const later = new Map([...through, ['gcp', '2026-11-05']]);
    expect(compare(both, facts, { through: later, known: undefined, now }).months).toHaveLength(2);
  });

  it('is not told across currencies', () => {
    const euros = [{ currency: 'EUR', micros: 5 }];
    const facts = { months: new Map([['2026-10', euros]]), week: euros };
    expect(compare(steady, facts, { through, known: undefined, now })).toMatchObject({ otherCurrency: 'EUR' });
    expect(compare(steady, facts, { through, known: undefined, now }).week).toBeUndefined();
  });

  it('keeps what was compared before, thirteen months of it', () => {
    const months = Array.from({ length: 14 }, (_, i) => {
      const month = new Date(Date.UTC(2025, 6 + i, 1)).toISOString().slice(0, 7);
      return { month, from: '', to: '', billed: 1, estimated: 1, ratio: 0 };
    });
    const compared = compare(steady, { months: new Map(), week: [] }, { through, known: { months }, now });
    expect(compared.months.map(({ month }) => month)).toHaveLength(13);
    expect(compared.months.at(-1)?.month).toBe('2026-10');
  });
});
