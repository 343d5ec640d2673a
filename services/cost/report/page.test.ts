import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page } from './page.ts';
import type { CurrencyReport, Part, ReportRecord } from './record.ts';

const part = (key: string | null, micros: number, sharedMicros = 0): Part => ({ key, micros, sharedMicros });

const usd: CurrencyReport = {
  currency: 'USD',
  totalMicros: 1_234_000_000,
  sharedMicros: 34_000_000,
  forecast: { micros: 2_000_000_000, lowMicros: 1_900_000_000, highMicros: 2_100_000_000 },
  months: [
    { month: '2026-10', micros: 1_800_000_000 },
    { month: '2026-11', micros: 1_234_000_000 },
  ],
  days: [
    { day: '2026-10-31', micros: 50_000_000 },
    { day: '2026-11-01', micros: 1_000_000_000, clouds: { aws: 900_000_000, azure: 100_000_000 } },
    { day: '2026-11-02', micros: 234_000_000, clouds: { aws: 334_000_000, azure: -100_000_000 } },
  ],
  byCloud: [part('aws', 1_234_000_000), part('azure', 0)],
  byTeam: [part('web', 1_200_000_000, 34_000_000), part(null, 34_000_000)],
  byApplication: [part('shop', 1_234_000_000, 34_000_000)],
  byService: [{ ...part('shop/web', 1_234_000_000), unit: { requests: 5e6, microsPerMillion: 246_800_000, days: 2 } }],
  byServiceName: [part('Amazon ECS', 1_234_000_000)],
};
const report = (...currencies: CurrencyReport[]): ReportRecord => ({
  period: '2026-11',
  at: Date.UTC(2026, 10, 21, 12),
  sweep: 's1',
  requests: 3,
  requestMicros: 30_000,
  shared: 'proportional',
  currencies,
});

describe('the page of a month', () => {
  it('has the figures, pictures with their words, and says that it adds up', () => {
    const text = page(report(usd));
    expect(text).toContain('<dd>1,234.00 USD</dd>');
    expect(text).toContain('3 paid requests to cost APIs: 0.03 USD.');
    expect(text).toContain('1,900.00 USD and 2,100.00 USD');
    expect(text).toMatch(/<svg role="img" aria-label="Cost by day of 2026-11: 2 days, at most 1,000\.00 USD a day/);
    expect(text).toMatch(/<svg role="img" aria-label="Cost by month, 2 months; 2026-11 will come to 2,000\.00 USD/);
    // Two clouds on the first day; a credit is no bar.
    expect(text.match(/<rect class="c\d" [^>]*><title>2026-11-0\d, /g)).toHaveLength(3);
    expect(text).toContain('<td class="number">−100.00 USD</td>');
    expect(text).toContain('<td class="number">246.80 USD, of 2 days</td>');
    expect(text).toContain('to the millionth: yes.');
    expect(text).toContain('<dt>Bills of aws reach</dt><dd>2026-11-02</dd>');
    expect(text).toContain('What no tag claims is split as the direct cost is.');
  });

  it('says where it does not add up, and that there is nothing', () => {
    expect(page(report({ ...usd, byTeam: [] }))).toContain('<p class="bad">');
    expect(page(report())).toContain('No bill has a charge of this month.');
  });

  it('has what is amortised beside what was billed where the two differ, and sums that as well', () => {
    expect(page(report(usd))).not.toContain('Amortised');
    const alike = (all: readonly Part[]) => all.map((each) => ({ ...each, effectiveMicros: each.micros }));
    const [web] = usd.byService as [CurrencyReport['byService'][number]];
    const amortised: CurrencyReport = {
      ...usd,
      effectiveMicros: 1_234_000_000,
      byCloud: [
        { ...part('aws', 1_234_000_000), effectiveMicros: 1_200_000_000 },
        { ...part('azure', 0), effectiveMicros: 34_000_000 },
      ],
      ...{
        byTeam: alike(usd.byTeam),
        byApplication: alike(usd.byApplication),
        byServiceName: alike(usd.byServiceName),
      },
      byService: [{ ...web, effectiveMicros: web.micros }],
    };
    const text = page(report(amortised));
    expect(text).toContain('<dt>The same amortised</dt><dd>1,234.00 USD</dd>');
    expect(text).toMatch(/>aws<\/th>.*<td class="number">1,200\.00 USD<\/td><\/tr>/);
    expect(text).toContain('to the millionth: yes.');
    expect(page(report({ ...amortised, byTeam: usd.byTeam }))).toContain('<p class="bad">');
  });

  it('needs nothing from elsewhere', () => {
    const text = page(report(usd));
    expect(text).not.toMatch(/<script|<link|<img|src=|url\(|https?:/);
    expect(text).toContain("default-src 'none'");
  });

  it('puts each currency on its own', () => {
    const text = page(report(usd, { ...usd, currency: 'EUR' }));
    expect(text.match(/<h2>(USD|EUR)<\/h2>/g)).toEqual(['<h2>USD</h2>', '<h2>EUR</h2>']);
  });

  it('lets no name become markup', () => {
    const hostile = fc.constantFrom(
      '<script>x</script>',
      '"><img src=x onerror=y>',
      "' onload='z",
      '</style>',
      '&lt;',
      ']]>',
    );
    fc.assert(
      fc.property(hostile, hostile, (name, cloud) => {
        const text = page(
          report({
            ...usd,
            byApplication: [part(name, 1)],
            byTeam: [part(name, 1)],
            byCloud: [part(cloud, 1)],
            byServiceName: [part(name, 1)],
            days: [{ day: '2026-11-01', micros: 1, clouds: { [cloud]: 1 } }],
          }),
        );
        expect(text).not.toMatch(/<script|<img/);
        expect(text.match(/<\/style>/g)).toHaveLength(1);
        // Every tag is one of ours, with its quotes closed.
        const tags = text.match(/<[a-z][^>]*>/g) ?? [];
        for (const tag of tags) expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/\son\w+=|"/);
      }),
    );
  });
});
